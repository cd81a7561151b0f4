use flow_runtime::flow;

fn main() {
    let _ = flow! {
        pages = unique() -> map(|x: u32| x / 2) -> pages;
        pages -> count()
    }
    .run();
}
