use flow_runtime::flow;

fn main() {
    let _ = flow! {
        #[capacity(9)]
        pages = unique();
        from([9]) -> pages;
        #[capacity(9)]
        halves = pages -> map(|x| x / 2);
        halves -> count()
    }
    .run();
}
