use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from([Some(String::new())]) -> match {
            Some(ref text) => map(|text: &String| text.len()),
            None => map(|_| 0),
        } -> sum::<usize>()
    }
    .run();
}
