use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from([1]) -> max(by = |x| f64::from(*x))
    }
    .run();
}
