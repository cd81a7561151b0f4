use flow_runtime::flow;

fn main() {
    let _ = flow! {
        words = from(["1"]);
        words -> map(str::parse::<u8>) else bad -> drain();
        words -> map(str::parse::<u8>)? else for_each(|e| println!("{e}")) -> drain();
        words -> drop;
        bad = for_each(|e| println!("{e}"));
        all = words -> collect<Vec<_>>();
        sum = words -> map(str::len) -> sum::<>();
        (all, sum);
    }
    .run();
}
