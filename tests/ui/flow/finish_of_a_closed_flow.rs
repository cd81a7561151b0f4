use flow_runtime::flow;

fn main() {
    let count: usize = flow! { from(0..3) -> count() }.finish();
    let _ = count;
}
