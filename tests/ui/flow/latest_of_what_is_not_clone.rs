use flow_runtime::flow;

struct Rate;

fn main() {
    let _ = flow! {
        zip_latest(from(0..9), from(0..9) -> map(|_| Rate)) -> drain();
    }
    .run();
}
