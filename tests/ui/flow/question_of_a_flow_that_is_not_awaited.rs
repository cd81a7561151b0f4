use flow_runtime::{Error, flow};

async fn count() -> Result<usize, Error> {
    let count = flow! { from(["1"]) -> then(async |x: &str| x.parse::<u32>())? -> count() }.run()?;
    Ok(count)
}

fn main() {
    let _ = count();
}
