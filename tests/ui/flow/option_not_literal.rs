use flow_runtime::flow;

fn main() {
    let partial = true;
    let _ = flow! {
        from(0..9) -> sliding_window(3, partial = partial) -> drain();
    }
    .run();
}
