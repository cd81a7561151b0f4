use flow_runtime::{Offsets, flow};

fn main() {
    let piece = || flow! { <u32> -> then(async |x| x + 1) };
    let _ = flow! {
        n = map(|x| x) -> via_async(piece()) -> filter(|x| *x < 3) -> n;
        from([1]) -> n;
    };
    let _ = flow! { from([1]) -> scatter(2) -> via_async(piece()) -> gather() -> drain() };
    let offsets = Offsets::open("offsets").unwrap();
    let _ = flow! {
        lines("orders.txt", resume = offsets)? -> map(|_| 1) -> via_async(piece()) -> drain();
    };
}
