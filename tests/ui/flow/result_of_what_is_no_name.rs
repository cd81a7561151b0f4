use flow_runtime::flow;

fn main() {
    let _ = flow! {
        numbers = from(0..9);
        (numbers, 3)
    }
    .run();
}
