use flow_runtime::inspect::{Exposed, Gauge, Knob};

#[derive(Exposed)]
#[expose(get = "viewer")]
struct Knobs {
    #[expose(gte = "viewer", set = "operator")]
    at_once: Knob<usize>,
    #[expose(role = "viewer")]
    spent: Gauge,
    #[expose(range, get = "viewer")]
    cap: Knob<usize>,
    #[expose = "viewer"]
    open: Gauge,
}

fn main() {}
