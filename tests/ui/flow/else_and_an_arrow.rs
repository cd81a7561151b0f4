//! `else` takes a name: what stands there instead is told once.

use flow_runtime::flow;

fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

fn main() {
    let _ = flow! { from(["1"]) -> map(parse)? else => bad -> count(); bad = count(); bad };
    let _ = flow! { good = from(["1"]) -> map(parse)? else -> bad -> count(); bad = count(); (good, bad) };
    let _ = flow! { good = from(["1"]) -> map(parse)? else other; other = from(0..2); good -> count() };
    let _ = flow! { from(["1"]) -> parse -> count() };
    let _ = flow! { from(["1"]) -> parse() -> count() };
}
