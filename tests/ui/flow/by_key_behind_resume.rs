use std::time::Duration;

use flow_runtime::{Offsets, flow};

fn main() {
    let offsets = Offsets::open("offsets").unwrap();
    let _ = flow! {
        lines("orders.txt", resume = offsets)?
            -> by_key(|line: &String| line.len(), idle = Duration::from_secs(1)) { partition(2) } -> drain();
    };
}
