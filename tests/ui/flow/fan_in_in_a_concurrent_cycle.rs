use flow_runtime::flow;

fn main() {
    let _ = flow! {
        pages = then(async |x: u32| x, concurrency = 4) -> filter(|x| *x < 3);
        from([9]) -> pages;
        chain(from([1]), pages, capacity = 8)? -> pages;
        pages -> drain();
    }
    .run();
}
