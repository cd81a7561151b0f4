use flow_runtime::flow;

fn main() {
    let _ = flow! {
        numbers = from([1]);
        texts = from(["a"]);
        union(numbers, texts) -> map(|x| x + 1) -> drain();
    }
    .run();
}
