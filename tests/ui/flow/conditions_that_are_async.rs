use flow_runtime::flow;

async fn is_even(x: &u32) -> bool {
    x % 2 == 0
}

async fn half(x: u32) -> Option<u32> {
    (x % 2 == 0).then_some(x / 2)
}

fn size(x: &u32) -> u32 {
    *x
}

fn main() {
    flow! { from(0_u32..9) -> filter(is_even) -> drain() }.run();
    flow! { from(0_u32..9) -> take_while(is_even) -> drain() }.run();
    flow! { from(0_u32..9) -> skip_while(is_even) -> drain() }.run();
    flow! { from(0_u32..9) -> filter_map(half) -> map(|x| x + 1) -> drain() }.run();
    flow! { from(0_u32..9) -> filter(size) -> drain() }.run();
    flow! { from(0_u32..9) -> filter_map(|x| half(x)) -> drain() }.run();
    let _ = flow! { from(0_u32..9) -> map(half) -> map(|x| x.unwrap() + 1) -> sum() }.run();
}
