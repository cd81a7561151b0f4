use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> match {
            0 => drop,
            n if n > 5 => for_each(|_| ()),
            n => map(|n| n + 1),
        };
    }
    .run();
}
