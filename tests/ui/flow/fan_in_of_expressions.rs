use flow_runtime::flow;

fn main() {
    let _ = flow! {
        zip(0..9, vec![1, 2]) -> drain();
    }
    .run();
}
