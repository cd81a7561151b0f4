use flow_runtime::{Offsets, flow};

fn main() {
    let offsets = Offsets::open("offsets").unwrap();
    let _ = flow! {
        lines("orders.txt", resume = offsets) -> partition(2) -> with_meta() -> drain();
    };
}
