use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> match {
            0 => map(|_| "zero"),
            n => map(|n| n + 1),
        } -> for_each(|_| ());
    }
    .run();
}
