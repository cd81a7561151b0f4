//! The questions that may be put to an error before it is tried again.

use flow_runtime::flow;
use std::time::Duration;

#[derive(Clone)]
struct Refused(u64);

async fn ask(x: u32) -> Result<u32, String> {
    Ok(x)
}

async fn refuse(_: u32) -> Result<u32, Refused> {
    Err(Refused(1))
}

fn main() {
    let _ = flow! { from(0..9_u32) -> then(ask, retry_after = |_| Some(Duration::ZERO))? -> count() };
    let _ = flow! { from(0..9_u32) -> then(async |x| x, retry = 2, retry_if = |_| true) -> count() };
    let _ = flow! { from(0..9_u32) -> then(ask, retry = 2, retry_if = |error| error.len())? -> count() };
    let _ = flow! { from(0..9_u32) -> then(ask, retry = 2, retry_after = |error| error.len())? -> count() };
    let _ = flow! { from(0..9_u32) -> then(ask, retry = 2, retry_if = true)? -> count() };
    let _ = flow! { from(0..9_u32) -> then(ask, retry = 2, retry_when = |_| true)? -> count() };
    let _ = flow! { from(0..9_u32) -> map(|x| x, retry_if = |_| true) -> count() };
    let _ = flow! { from(0..9_u32) -> then(refuse, retry = 2, retry_after = |e| Some(Duration::from_secs(e.0)), concurrency = 2)? -> count() };
}
