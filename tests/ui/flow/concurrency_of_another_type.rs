use flow_runtime::{Limit, flow, inspect::Knob};

async fn same(x: u32) -> u32 {
    x
}

async fn flows(at_once: Knob<usize>, seconds: Knob<u64>) {
    flow! { from(0..9) -> then(same, concurrency = 8u32) -> drain(); }.await;
    flow! { from(0..9) -> then(same, concurrency = at_once) -> drain(); }.await;
    flow! { from(0..9) -> then(same, concurrency = "8") -> drain(); }.await;
    flow! { from(0..9) -> rate_limit(&seconds) -> drain(); }.await;
    let _ = Limit::fixed(&seconds);
}

fn main() {}
