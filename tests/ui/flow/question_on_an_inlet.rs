use flow_runtime::flow;

fn main() {
    let _ = flow! { <Result<u32, String>>? -> count() };
}
