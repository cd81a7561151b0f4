use flow_runtime::flow;

fn main() {
    let numbers = futures::stream::iter([1, 2]);
    let _ = flow! { stream(numbers, ack = true) -> for_each(|n| println!("{n}")); };
}
