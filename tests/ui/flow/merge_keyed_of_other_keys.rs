use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from([(1_u32, "a")]);
        b = from([("b", "b")]);
        merge_keyed(a, b)? -> drain();
    }
    .run();
}
