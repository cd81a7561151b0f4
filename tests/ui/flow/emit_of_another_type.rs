use flow_runtime::flow;

fn main() {
    let mut flow = flow! { <u32> -> map(|x| x + 1) -> count() };
    flow.emit("1");
    flow.finish();
}
