use flow_runtime::flow;

fn main() {
    let _ = flow! {
        #![error]
        from(0..9) -> drain();
    }
    .run();
}
