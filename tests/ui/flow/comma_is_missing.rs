use flow_runtime::flow;

async fn fetch(n: u32) -> Result<u32, std::io::Error> {
    Ok(n)
}

fn main() {
    let _ = flow! {
        a = from(0..9_u32);
        b = from(0..9_u32);
        zip(a b) -> drain();
        a -> then(fetch, concurrency = 2 retry = 3)? -> drain();
        total = b -> fold(0 |sum, x| *sum += x);
        count = b -> count();
        (total count)
    }
    .run();
}
