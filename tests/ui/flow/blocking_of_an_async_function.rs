use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from([1]) -> then(blocking(async |x| x + 1), concurrency = 2) -> count()
    }
    .run();
}
