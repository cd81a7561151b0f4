use flow_runtime::flow;

fn main() {
    let _ = flow! {
        hot = from(0..9) -> filter(|x| *x > 3);
        from(0..9) -> scatter(2) -> map(|x| x) -> drain();
        from(0..9) -> map(|x| x) -> gather() -> drain();
        from(0..9) -> scatter(0) -> map(|x| x) -> gather() -> drain();
        from(0..9) -> scatter(2) -> gather() -> drain();
        from(0..9) -> scatter(2) -> map(|x| x) -> scatter(2) -> map(|x| x) -> gather() -> drain();
        from(0..9) -> scatter(2) -> then(async |x| x) -> gather() -> drain();
        from(0..9) -> scatter(2) -> count() -> gather() -> drain();
        from(0..9) -> scatter(2) -> map(|x| x) -> from(0..9) -> gather() -> drain();
        from(0..9) -> scatter(2) -> hot -> gather() -> drain();
        from(0..9) -> scatter(2, key = |x| x) -> map(|x| x) -> gather(order = true)? -> drain();
    }
    .run();
}
