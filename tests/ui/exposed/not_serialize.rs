use flow_runtime::inspect::{Exposed, Knob};

struct Model;

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer")]
    model: Model,
    #[expose(get = "viewer", set = "operator")]
    next: Knob<Model>,
}

fn main() {}
