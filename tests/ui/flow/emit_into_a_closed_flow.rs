use flow_runtime::flow;

fn main() {
    let mut flow = flow! { from(0..3) -> count() };
    flow.emit(3);
}
