use flow_runtime::inspect::{Exposed, Gauge};

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", set = "operator")]
    spent: Gauge,
    #[expose(set = "operator")]
    model: String,
}

fn main() {}
