use flow_runtime::flow;

async fn count() -> usize {
    flow! { <u32> -> then(async |x| x) -> count() }.run().await
}

fn main() {
    let _ = count();
}
