use flow_runtime::inspect::{Exposed, Gauge};

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", range = 0.0..=1.0)]
    spent: Gauge,
}

fn main() {}
