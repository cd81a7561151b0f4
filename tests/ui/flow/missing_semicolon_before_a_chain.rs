use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> drain()
        from(9..18) -> drain();
    }
    .run();
}
