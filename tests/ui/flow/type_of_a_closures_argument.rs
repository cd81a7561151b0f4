use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9_u64) -> map(|text: &str| text.len()) -> filter(|n| *n > 1) -> drain();
    }
    .run();
}
