use flow_runtime::flow;

fn main() {
    let mut total = 0;
    let _ = flow! {
        from(0..9) -> by_key(|x| x % 2) { map(|x| { total += x; total }) } -> drain();
    }
    .run();
}
