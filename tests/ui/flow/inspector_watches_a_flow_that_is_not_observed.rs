use flow_runtime::flow;
use flow_runtime::inspect::Inspector;

async fn look(view: &Inspector) {
    let flow = flow! { from(0..9) -> count() };
    let _ = view.watch(flow).await;
}

fn main() {}
