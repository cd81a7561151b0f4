use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> filter(|x| x % 2 == 0)? -> drain();
    }
    .run();
}
