use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(["1"]) -> map(|text| text.parse::<u8>())? else reject -> drain();
        from(["1"]) -> map(|text| text.parse::<u8>())? else rejects -> drain();
        rejects = for_each(|error| println!("{error}"));
    }
    .run();
}
