use flow_runtime::flow;

fn main() {
    let _ = flow! {
        sum = from(0..9) -> sum();
        sum -> map(|x| x + 1) -> drain();
    }
    .run();
}
