use flow_runtime::flow;

fn main() {
    let _ = flow! { from(0..9) -> <u32> -> count() }.run();
}
