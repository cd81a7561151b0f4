use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(["a"]) -> all;
        from([1]) -> all;
        all = drain();
    }
    .run();
}
