use flow_runtime::flow;

fn main() {
    let _ = flow! { from(0..9) -> via(|x: i32| x + 1) -> count() }.run();
}
