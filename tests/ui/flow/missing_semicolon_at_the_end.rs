use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> drain();
        total = from(0..9) -> sum()
    }
    .run();
}
