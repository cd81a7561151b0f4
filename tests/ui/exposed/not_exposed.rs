use flow_runtime::inspect::{Exposed, Knob, Policy};

struct Knobs {
    at_once: Knob<usize>,
}

fn view(knobs: &impl Exposed) {
    let _ = knobs.under(&Policy::new());
}

fn main() {
    view(&Knobs { at_once: Knob::new(1) });
}
