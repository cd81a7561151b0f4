use flow_runtime::flow;

fn main() {
    let mut flow = flow! { <Redaing> -> map(|x| x + 1) -> count() };
    flow.emit(1);
}
