//! Run it with `cargo run -p flow-examples --example open_flow`
//!
//! An open flow: the loop is yours, and you emit. An error is the emitter's,
//! and the flow goes on; `finish` flushes what is held and gives the result.

use flow_runtime::{BoxError, flow};

/// A command of a very small calculator.
fn parse(command: &str) -> Result<i64, BoxError> {
    let number: i64 = command.trim_start_matches('+').parse()?;
    Ok(number)
}

fn main() -> Result<(), BoxError> {
    let session = "+3\n+4\n-2\nplus one\n+10\n+1";

    let mut totals = flow! {
        numbers = <&str> -> map(parse)?;
        total   = numbers -> sum::<i64>();
        triples = numbers -> partition(3) -> for_each(|three| println!("  together: {three:?}"));
        numbers -> accumulate(0, |total, n| { *total += n; *total })
                -> for_each(|total| println!("  total: {total}"));
        total
    };

    for command in session.lines() {
        println!("> {command}");
        if let Err(error) = totals.emit(command) {
            println!("  {error}");
        }
    }

    let total = totals.finish()?;
    println!("in all: {total}");
    Ok(())
}
