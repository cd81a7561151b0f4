use flow_runtime::{Offsets, flow};

fn main() {
    let offsets = Offsets::open("offsets").unwrap();
    let _ = flow! {
        bad = map(|error| error.to_string()) -> write_lines("bad.txt")?;
        order = lines("orders.txt", resume = &offsets)? else bad;
        union(order, from([String::new()])) -> match {
            order if order.is_empty() => drop,
            order => buffer(8) -> write_lines("good.txt", append = false)?,
        };
    };
}
