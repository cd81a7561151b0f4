use flow_runtime::flow;

fn main() {
    for x in flow! { from(0..3) -> collect::<Vec<_>>() } {
        let _ = x;
    }
}
