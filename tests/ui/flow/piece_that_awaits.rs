use flow_runtime::flow;

fn main() {
    let mut piece = flow! { <u32> -> map(|x| x + 1) -> then(async |x| x) };
    piece.push(1);
    let _ = flow! { from([1]) -> via(piece) -> drain() };
    let _ = flow! { from([1]) -> via_async(flow! { <u32> -> map(|x| x + 1) }) -> drain() };
}
