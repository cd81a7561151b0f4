use flow_runtime::{Offsets, flow};

fn main() {
    let offsets = Offsets::open("offsets").unwrap();
    let _ = flow! {
        lines("orders.txt", resume = offsets)?
            -> by_key(|line: &String| line.len()) { partition(2) } -> drain();
    };
}
