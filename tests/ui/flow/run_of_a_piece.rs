use flow_runtime::flow;

fn main() {
    let piece = flow! { <u32> -> map(|x| x + 1) };
    let all: Vec<u32> = piece.run();
    let _ = all;
}
