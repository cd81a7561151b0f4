use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> then(async |x| x, concurrency = 0) -> drain();
        from(0..9) -> unique(capacity = 0) -> drain();
        from(0..9) -> partition(0) -> drain();
        from(0..9) -> sliding_window(0) -> drain();
        from(0..9) -> partition_unique(0) -> drain();
        from(0..9) -> step_by(0) -> drain();
        from(0..9, epochs = 0) -> drain();
        a = from(0..9);
        b = from(0..9);
        zip(a, b, capacity = 0)? -> drain();
    }
    .run();
}
