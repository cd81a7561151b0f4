use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> by_key(|x| f64::from(*x)) { map(|x| x + 1) } -> drain();
    }
    .run();
}
