use flow_runtime::flow;

fn main() {
    let ack = true;
    let numbers = futures::stream::iter([1, 2]);
    let _ = flow! { stream(numbers, ack = ack) -> drain(); };
}
