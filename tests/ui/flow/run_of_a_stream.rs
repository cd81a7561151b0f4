use flow_runtime::flow;

async fn doubled() {
    let doubled: Vec<i32> = flow! { from(0..3) -> then(async |x| 2 * x) }.run().await;
    let _ = doubled;
}

fn main() {
    let _ = doubled();
}
