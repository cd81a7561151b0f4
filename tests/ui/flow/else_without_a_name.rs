use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(["1"]) -> map(|text| text.parse::<u8>())? else -> drain();
    }
    .run();
}
