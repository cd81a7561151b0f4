use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(["1"]) -> for_each(|text| println!("{text}"))?;
    }
    .run();
}
