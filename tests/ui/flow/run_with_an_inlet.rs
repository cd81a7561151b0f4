use flow_runtime::flow;

fn main() {
    let count: usize = flow! { <u32> -> count() }.run();
    let _ = count;
}
