use flow_runtime::flow;

fn both<T>(items: Vec<T>) -> (Vec<T>, usize) {
    flow! {
        items = from(items);
        all = items -> collect::<Vec<_>>();
        number = items -> map(|item| drop(item)) -> count();
        (all, number)
    }
    .run()
}

fn main() {
    both(vec![1]);
}
