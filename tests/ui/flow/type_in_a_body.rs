use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9_u32) -> map(|x| -> String { x + 1 }) -> drain();
    }
    .run();
}
