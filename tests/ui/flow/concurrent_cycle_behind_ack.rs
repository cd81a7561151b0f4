use flow_runtime::{Acked, flow};

fn main() {
    let messages = futures::stream::iter([9_u32].map(|n| Acked::new(n, || ())));
    let _ = flow! {
        pages = unique() -> then(async |x| x / 2, concurrency = 4);
        stream(messages, ack = true) -> pages;
        pages -> pages;
        pages -> count()
    }
    .run();
}
