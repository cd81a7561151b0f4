use flow_runtime::inspect::{Exposed, Knob};

const VIEWER: &str = "viewer";

#[derive(Exposed)]
struct Knobs {
    #[expose(get = viewer, set = 3)]
    at_once: Knob<usize>,
    #[expose(get = VIEWER)]
    cap: Knob<usize>,
    #[expose(get = ["viewer", 'o'], set = [])]
    rate: Knob<f64>,
    #[expose(get = "")]
    open: Knob<bool>,
}

fn main() {}
