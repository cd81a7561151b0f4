use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> partition_unique(3, keep = newest) -> drain();
    }
    .run();
}
