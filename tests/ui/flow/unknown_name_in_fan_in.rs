use flow_runtime::flow;

fn main() {
    let _ = flow! {
        left = from(0..9);
        right = from(0..9);
        zip(left, rihgt) -> drain();
        right -> drain();
    }
    .run();
}
