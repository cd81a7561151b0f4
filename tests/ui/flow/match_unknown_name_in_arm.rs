use flow_runtime::flow;

fn main() {
    let _ = flow! {
        rest = collect::<Vec<_>>();
        from(0..9) -> match {
            0 => drop,
            n if n > 5 => rset,
            n => map(|n| n + 1) -> rest,
        };
        rest
    }
    .run();
}
