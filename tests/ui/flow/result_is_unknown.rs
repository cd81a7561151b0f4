use flow_runtime::flow;

fn main() {
    let _ = flow! {
        total = from(0..9) -> sum();
        (totl, total)
    }
    .run();
}
