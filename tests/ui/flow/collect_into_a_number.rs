use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from([1]) -> collect::<u32>()
    }
    .run();
}
