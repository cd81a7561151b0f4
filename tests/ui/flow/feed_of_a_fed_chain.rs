use flow_runtime::flow;

fn main() {
    let _ = flow! {
        sink = from(0..9) -> drain();
        from(0..9) -> sink;
    }
    .run();
}
