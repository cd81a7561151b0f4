use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from(0..9);
        zip_latest(a) -> drain();
        combine_latest(a, emit_on = a) -> drain();
    }
    .run();
}
