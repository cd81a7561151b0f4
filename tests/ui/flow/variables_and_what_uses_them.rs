use flow_runtime::flow;

fn main() {
    let _ = flow! {
        let numbers = vec![1, 2];
        from(numbers) -> count()
    }
    .run();
}
