use flow_runtime::flow;

fn main() {
    let _ = flow! { <u32> -> map(|x| x + 1) -> then(async |x| x) };
    let _ = flow! { <u32> -> buffer(2) -> map(|x| x + 1) };
}
