use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(["a"]) -> fold(0, |sum, text| sum + text.len())
    }
    .run();
}
