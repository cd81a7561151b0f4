use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(7) -> map(|x| x + 1) -> drain();
    }
    .run();
}
