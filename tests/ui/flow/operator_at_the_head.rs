use flow_runtime::flow;

fn main() {
    let _ = flow! {
        map(|x| x + 1) -> drain();
    }
    .run();
}
