use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = a;
        a -> drain();
    }
    .run();
}
