use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from(0..9);
        a = from(9..18);
        a -> drain();
    }
    .run();
}
