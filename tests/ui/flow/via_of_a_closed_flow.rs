use flow_runtime::flow;

fn main() {
    let closed = flow! { from(0..3) -> collect::<Vec<_>>() };
    flow! { from(0..9) -> by_key(|x| x % 2) { via(closed) } -> drain() }.run();
    let closed = flow! { from(0..3) -> collect::<Vec<_>>() };
    flow! { from(0..9) -> via(closed) -> drain() }.run();
    let closed = flow! { from(0..3) -> then(async |x| x) -> collect::<Vec<_>>() };
    let _ = flow! { from(0..9) -> by_key(|x| x % 2) { via_async(closed) } -> drain() }.run();
}
