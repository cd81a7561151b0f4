use flow_runtime::flow;

fn main() {
    let _ = flow! {
        numbers = from(0..9_u32) -> map(|n| n.len()) -> ;
        numbers -> map(|n| n.unknown()) -> count()
    };
}
