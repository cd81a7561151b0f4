use flow_runtime::flow;

fn main() {
    let _ = flow! { from([1, 2]) -> with_meta() -> for_each(|(x, ())| println!("{x}")) };
}
