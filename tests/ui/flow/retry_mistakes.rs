use std::time::Duration;

use flow_runtime::flow;

struct Order;

struct Failed;

async fn ship(_: Order) -> Result<u32, String> {
    Ok(1)
}

async fn pay(x: u32) -> Result<u32, Failed> {
    Ok(x)
}

fn main() {
    let orders = || [Order];
    let numbers = || 0..9_u32;
    let second = Duration::from_secs(1);
    let _ = flow! { from(orders()) -> then(ship, retry = 3) -> count(); };
    let _ = flow! { from(orders()) -> then(async |order| ship(order).await, retry = 3, concurrency = 2) -> count(); };
    let _ = flow! { from(numbers()) -> then(pay, retry = 3) -> count(); };
    let _ = flow! { from(numbers()) -> then(async move |x| pay(x).await, timeout = second, concurrency = 2) -> count(); };
    let _ = flow! { from(numbers()) -> then(async |x| Ok::<u32, String>(x), timeout = 3) -> count(); };
    let _ = flow! { from(numbers()) -> then(async |x| Ok::<u32, String>(x), retry = "twice") -> count(); };
}
