use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> match {
            0 -> drop,
            n => map(|n| n + 1),
        } -> count()
    }
    .run();
}
