use flow_runtime::inspect::{Exposed, Knob, Policy};

#[derive(Exposed)]
enum Either {
    Knob(Knob<usize>),
}

#[derive(Exposed)]
struct Pair(#[expose(get = "viewer")] Knob<usize>, Knob<usize>);

#[derive(Exposed)]
struct Unit;

#[derive(Exposed)]
union Bits {
    word: u32,
}

fn main() {
    // Nothing else is said because of it.
    let _ = Unit.under(&Policy::new());
}
