use flow_runtime::flow;

fn main() {
    let _ = flow! {
        #[capacity(0)]
        pages = unique();
        pages -> map(|x| x / 2) -> pages;
        from([9]) -> pages;
        pages -> count()
    }
    .run();
}
