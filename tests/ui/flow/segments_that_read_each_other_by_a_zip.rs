use flow_runtime::flow;

fn main() {
    let _ = flow! {
        last = map(|x| x);
        both = zip(from(0..3), last);
        both -> map(|(a, b)| a + b) -> last;
    }
    .run();
}
