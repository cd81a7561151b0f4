use flow_runtime::inspect::{Exposed, Knob};

fn even(n: &u32) -> Result<(), String> {
    match n % 2 {
        0 => Ok(()),
        _ => Err("odd".into()),
    }
}

#[derive(Exposed)]
struct Knobs {
    #[expose(set = "operator", check = even)]
    at_once: Knob<usize>,
}

fn main() {}
