use flow_runtime::flow;

fn main() {
    let _ = flow! {
        pages = unique() -> then(async |x| x / 2, concurrency = 4) -> partition(2) -> flatten();
        from([9]) -> pages;
        pages -> pages;
        pages -> drain();
        hosts = by_key(|x| x % 3) { then(async |x| x) -> partition(2) -> flatten() };
        from([9]) -> hosts;
        hosts -> map(|x| x / 2) -> hosts;
        hosts -> count()
    }
    .run();
}
