use flow_runtime::flow;

struct Mine;

fn main() {
    let _ = flow! {
        #![error = Mine]
        #[capacity(9)]
        pages = unique();
        pages -> map(|x| x / 2) -> pages;
        from([9]) -> pages;
        pages -> count()
    }
    .run();
}
