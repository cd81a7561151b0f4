use flow_runtime::inspect::{Exposed, Knob};

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", get = "operator")]
    at_once: Knob<usize>,
    #[expose(get = "viewer")]
    #[expose(set = "operator")]
    cap: Knob<usize>,
    #[expose(get = ["viewer", "viewer"])]
    rate: Knob<f64>,
}

fn main() {}
