use std::time::Duration;

use flow_runtime::flow;

async fn fetch(id: u32) -> Result<String, std::io::Error> {
    Ok(id.to_string())
}

async fn keep(_: u32) -> Result<(), std::io::Error> {
    Ok(())
}

fn read(id: u32) -> Result<String, std::io::Error> {
    Ok(id.to_string())
}

fn main() {
    let second = Duration::from_secs(1);
    let texts = || ["1", "2"];
    let _ = flow! { from(texts()) -> then(fetch)? -> count() };
    let _ = flow! { from(texts()) -> then(fetch)? -> map(|text| text.len()) -> sum::<usize>() };
    let _ = flow! { from(texts()) -> then(fetch, concurrency = 3)? -> count() };
    let _ = flow! { from(texts()) -> then(fetch, retry = 3, timeout = second)? -> count() };
    let _ = flow! { from(texts()) -> by_key(|text| *text) { then(fetch)? } -> count() };
    let _ = flow! { from(texts()) -> then(async |id: u32| fetch(id).await)? -> count() };
    let _ = flow! { from(texts()) -> then(async |id: u32| fetch(id).await, concurrency = 3)? -> count() };
    let _ = flow! { from(texts()) -> sink(keep)?; };
    let _ = flow! { from(texts()) -> then(blocking(read))? -> count() };
    let _ = flow! { from(texts()) -> then(blocking(read), retry = 3)? -> count() };
    let _ = flow! { from(texts()) -> then(blocking(|id: u32| id), concurrency = 3) -> count() };
}
