use flow_runtime::flow;

struct Failure;

fn main() {
    let _ = flow! {
        #![error = Failure]
        from(["1"]) -> map(|text| text.parse::<u8>())? -> drain();
    }
    .run();
}
