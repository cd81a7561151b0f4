use flow_runtime::flow;

fn once(n: usize) {
    let _ = flow! { from(0..9_u64) -> filter(|text: &String| text.is_empty()) -> drain() };
    let _ = flow! { from(0..9_u64) -> accumulate(0, |sum: &mut String, n| n) -> drain() };
    let _ = flow! { from(0..9_u64) -> partition(3, by = |text: &String| text.len()) -> drain() };
    let _ = flow! { from(0..9_u64) -> partition(n, by = |text: &String| text.len()) -> drain() };
    let _ = flow! { from(0..9_u64) -> by_key(|n| *n) { map(|text: String| text) } -> drain() };
    let _ = flow! { from(0..9_u64) -> fold(0, |sum, text: String| ()) };
    let _ = flow! { from(0..9_u64) -> then(async |text: String| text) -> drain() };
    let _ = flow! { from(0..9_u64) -> sink(async |text: String| drop(text)); };
}

fn main() {
    once(3);
}
