use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(["a"]) -> map(|text| text.shout()) -> drain();
    }
    .run();
}
