use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> partition(3, by = |x| x % 2, by = |x| x % 3) -> drain();
    }
    .run();
}
