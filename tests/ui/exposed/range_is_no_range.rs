use flow_runtime::inspect::{Exposed, Knob};

#[derive(Exposed)]
struct Knobs {
    #[expose(set = "operator", range = 64)]
    at_once: Knob<usize>,
    #[expose(set = "operator", range = 64..=1)]
    cap: Knob<usize>,
    #[expose(set = "operator", check = "even")]
    even: Knob<usize>,
}

fn main() {}
