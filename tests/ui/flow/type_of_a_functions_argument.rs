use flow_runtime::flow;

fn shout(text: String) -> String {
    text
}

fn main() {
    let _ = flow! {
        from(0..9_u64) -> map(shout) -> for_each(|text| println!("{text}"));
    }
    .run();
}
