use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> flatten() -> map(|x| x + 1) -> drain();
    }
    .run();
}
