use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> then(async |x| x, ordered = false) -> drain();
    }
    .run();
}
