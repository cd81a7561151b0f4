use flow_runtime::flow;

fn main() {
    flow! {
        from(0..9) -> match {
            x if x > 1 => drop,
            _ =>
        } -> drain();
        from(0..9) -> match {
            0 => ,
            _ => drop,
        };
    }
    .run();
}
