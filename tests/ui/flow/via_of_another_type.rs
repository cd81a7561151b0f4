use flow_runtime::flow;

fn main() {
    let piece = flow! { <u32> -> map(|x| x + 1) };
    let _ = flow! { from(["a"]) -> via(piece) -> count() }.run();
}
