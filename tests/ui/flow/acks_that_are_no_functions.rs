use flow_runtime::{Acked, flow};
use futures::stream;

fn main() {
    let numbered = stream::empty::<Acked<String, u64>>();
    let _ = flow! { stream(numbered, ack = true) -> with_meta() -> count() };
    let named = stream::empty::<Acked<String, &str, u64>>();
    let _ = flow! { stream(named, ack = true) -> map(|text| text.len()) -> sum::<usize>() };
}
