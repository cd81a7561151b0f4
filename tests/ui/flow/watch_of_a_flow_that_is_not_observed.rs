use flow_runtime::flow;

fn main() {
    let flow = flow! { from(0..9) -> count() };
    let _ = flow.watch();
}
