use flow_runtime::flow;

fn main() {
    let _ = flow! {
        rejects = drain();
        from(0..9) -> map(|x| x + 1) rejects;
    }
    .run();
}
