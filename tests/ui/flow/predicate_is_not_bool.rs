use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> filter(|x| x % 2) -> map(|x| x + 1) -> drain();
    }
    .run();
}
