use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from([1.5_f64]) -> unique() -> map(|x| x + 1.0) -> drain();
    }
    .run();
}
