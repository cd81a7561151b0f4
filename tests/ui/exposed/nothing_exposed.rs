use flow_runtime::inspect::{Exposed, Knob};

#[derive(Exposed)]
struct Knobs {
    at_once: Knob<usize>,
}

fn main() {}
