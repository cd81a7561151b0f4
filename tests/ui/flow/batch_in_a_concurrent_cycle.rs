use flow_runtime::flow;

fn main() {
    let _ = flow! {
        pages = unique() -> then(async |x| x / 2, concurrency = 4) -> partition(2) -> flatten();
        from([9]) -> pages;
        pages -> pages;
        pages -> count()
    }
    .run();
}
