use flow_runtime::flow;

fn main() {
    flow! { from(["1"]) -> map(|text| text.parse::<u32>()) -> drain() }.run();
}
