use flow_runtime::flow;

fn main() {
    let mut flow = flow! { from(0..3) -> count() };
    let first: Option<i32> = flow.next();
    let _ = first;
}
