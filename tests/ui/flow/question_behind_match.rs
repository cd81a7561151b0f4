use flow_runtime::flow;

fn main() {
    flow! {
        from(["1", "x"]) -> match {
            "0" => map(|_| Ok(0)),
            text => map(|text| text.parse::<u8>()),
        }? else rejects -> sum;
        sum = count();
        rejects = for_each(|error| eprintln!("{error}"));
        numbers = from([1]);
        sum
    }
    .run();
}
