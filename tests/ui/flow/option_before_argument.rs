use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> partition(by = |x| x % 2, 3) -> drain();
    }
    .run();
}
