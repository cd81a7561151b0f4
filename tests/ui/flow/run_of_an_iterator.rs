use flow_runtime::flow;

fn main() {
    let doubled: Vec<i32> = flow! { from(0..3) -> map(|x| 2 * x) }.run();
    let _ = doubled;
}
