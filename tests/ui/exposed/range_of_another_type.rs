use flow_runtime::inspect::{Exposed, Knob};

#[derive(Exposed)]
struct Knobs {
    #[expose(set = "operator", range = 0.0..=1.0)]
    at_once: Knob<usize>,
}

fn main() {}
