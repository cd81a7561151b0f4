use flow_runtime::flow;

async fn count() -> usize {
    flow! { from(0..3) -> count() }.await
}

fn main() {
    let _ = count();
}
