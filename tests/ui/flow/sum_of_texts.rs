use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(["a"]) -> sum()
    }
    .run();
}
