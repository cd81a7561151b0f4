use flow_runtime::flow;

async fn emit() {
    let mut flow = flow! { from(0..3) -> then(async |x| x) -> count() };
    flow.emit(3).await;
}

fn main() {
    let _ = emit();
}
