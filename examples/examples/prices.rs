//! Run it with `cargo run -p flow-examples --example prices`
//!
//! Two files that are sorted by key, read once and in step: merged, where the
//! newer price wins, and side by side. A line that is out of order is an error.

use flow_runtime::{BoxError, flow};

const LAST_WEEK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/last_week.csv");
const TODAY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/today.csv");

/// A line `name,cents`: a pair is an item with a key.
fn parse(line: String) -> Result<(String, u32), BoxError> {
    let (name, cents) = line.split_once(',').ok_or("no comma")?;
    Ok((name.to_owned(), cents.parse()?))
}

fn main() -> Result<(), BoxError> {
    flow! {
        last_week = lines(LAST_WEEK)? -> map(parse)?;
        today     = lines(TODAY)? -> map(parse)?;

        merge_keyed(last_week, today)?      // the rightmost wins
            -> for_each(|(name, cents)| println!("{name:12} {cents:4} cents"));

        cogroup(last_week, today)?          // `None` where one lacks the key
            -> for_each(|(name, prices)| match prices {
                (Some((_, old)), Some((_, new))) if old != new => {
                    println!("{name}: from {old} to {new}");
                }
                (Some(_), Some(_)) => println!("{name}: as before"),
                (Some(_), None) => println!("{name}: sold out"),
                (None, _) => println!("{name}: new"),
            });
    }
    .run()?;
    Ok(())
}
