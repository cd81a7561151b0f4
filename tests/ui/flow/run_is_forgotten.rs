use flow_runtime::{Error, flow};

fn main() -> Result<(), Error> {
    let _: usize = flow! { from([1]) -> count() };
    let _ = flow! { from(["1"]) -> map(str::parse::<u32>)? -> sum() }?;
    let _ = flow! { from([1]) -> collect::<Vec<_>>() }.len();
    let _: usize = flow! { from([1]) -> then(async |x| x) -> count() };
    Ok(())
}
