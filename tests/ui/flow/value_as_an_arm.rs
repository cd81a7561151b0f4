use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from([Some(1), None]) -> match {
            Some(n) if n > 3 => n + 1,
            Some(n) => n.pow(2),
            None => 0,
        } -> collect::<Vec<u32>>()
    }
    .run();
}
