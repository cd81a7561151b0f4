use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from([1_u32, 2]);
        b = from([(1_u32, 3)]);
        cogroup(a, b)? -> drain();
    }
    .run();
}
