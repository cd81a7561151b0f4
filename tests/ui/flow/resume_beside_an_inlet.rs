use flow_runtime::{Offsets, flow};

fn main() {
    let offsets = Offsets::open("offsets").unwrap();
    let _ = flow! {
        words = lines("words.txt", resume = offsets);
        zip(<u32>, words) -> drain();
    };
}
