use flow_runtime::{Hub, flow};

struct Reading(u32);

async fn planned() {
    let flow = flow! { from([1]) -> then(async |x| x) -> count() };
    let _ = flow.plan().await;
}

fn main() {
    let hub = Hub::<Reading>::new(3);
    let _ = flow! { from([Reading(1)]) -> tap(&hub) -> map(|reading| reading.0) -> sum::<u32>() };
    let _ = flow! { from([(1, 2.0)]) -> scatter(2, by = |x| x.1) -> map(|x| x) -> gather() -> count() };
}
