use flow_runtime::flow;

fn main() {
    let _ = flow! {
        readings = from(0..9);
        reading -> drain();
        readings -> drain();
    }
    .run();
}
