use flow_runtime::flow;

fn main() {
    let _ = flow! {
        zip_latest(from(0..9), from(0..9))? -> drain();
    }
    .run();
}
