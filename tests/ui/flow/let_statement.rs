use flow_runtime::flow;

fn main() {
    let _ = flow! {
        let numbers = from(0..9);
        numbers -> drain();
    }
    .run();
}
