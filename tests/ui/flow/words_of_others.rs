use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> scan(0, |sum, x| *sum += x) -> drain();
        from(0..9) -> chunks(3) -> drain();
        from(0..9) -> windows(3) -> drain();
        from([(1, 2)]) -> starmap(|(a, b)| a + b) -> drain();
        from(0..9) -> buffered(3) -> drain();
        from(0..9) -> throttle(9) -> drain();
        from_iter(0..9) -> drain();
        merge(a, b) -> drain();
        a = from(0..9);
        b = from(0..9);
    }
    .run();
}
