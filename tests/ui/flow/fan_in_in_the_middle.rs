use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from(0..9);
        b = from(0..9);
        from(0..9) -> zip(a, b) -> drain();
    }
    .run();
}
