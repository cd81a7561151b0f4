use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from([Some(1), None]) -> match {
            Some(n) => map(|n| n + 1)
            None => drop,
        } -> collect::<Vec<u32>>()
    }
    .run();
}
