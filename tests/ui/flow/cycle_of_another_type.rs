use flow_runtime::flow;

fn main() {
    let _ = flow! {
        pages = unique();
        pages -> map(|page: &str| page.len()) -> pages;
        from(["/"]) -> pages;
        pages -> count()
    }
    .run();
}
