use flow_runtime::flow;

async fn double(x: u32) -> u32 {
    x * 2
}

fn main() {
    let _ = flow! { from([1]) -> map(double) -> count() }.run();
    let _ = flow! { from([1]) -> map(|x| double(x)) -> count() }.run();
    let _ = flow! { from([1]) -> map(async |x| x) -> count() }.run();
    let _ = flow! { from([1]) -> filter_map(|x: u32| Some(async move { x })) -> count() }.run();
    let _ = flow! { from([1]) -> accumulate(0, |sum: &mut u32, x| double(*sum + x)) -> count() }.run();
    flow! { from([1]) -> map(double) -> drain() }.run();
}
