use std::time::Duration;

use flow_runtime::flow;

fn main() {
    let numbers = || 0..9_u32;
    let _ = flow! { from(numbers()) -> then(|x| x + 1) -> map(|x| x + 1) -> drain(); };
    let _ = flow! { from(numbers()) -> then(|x| x + 1, concurrency = 4) -> drain(); };
    let _ = flow! { from(numbers()) -> then(|x| x.to_string().parse::<u8>())? -> drain(); };
    let _ = flow! { from(numbers()) -> then(|x| Ok::<_, String>(x), timeout = Duration::from_secs(1)) -> drain(); };
    let _ = flow! { from(numbers()) -> then(|x| Ok::<_, String>(x), retry = 3, concurrency = 4) -> drain(); };
    let _ = flow! { from(numbers()) -> by_key(|x| x % 2) { then(|x| x + 1) } -> drain(); };
    let _ = flow! { from(numbers()) -> by_key(|x| x % 2) { then(async |x| x)? -> buffer(2) } -> drain(); };
    let _ = flow! { from(numbers()) -> by_key(|x| x % 2) { map(|x| x)? } -> drain(); };
    let _ = flow! { from(numbers()) -> scatter(2) -> map(|x| x)? -> gather() -> drain(); };
    let _ = flow! { from(numbers()) -> sink(|x| drop(x)); };
    let _ = flow! { from(numbers()) -> sink(|x| if x > 3 { Err("large") } else { Ok(()) })?; };
}
