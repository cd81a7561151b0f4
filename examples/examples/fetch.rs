//! Run it with `cargo run -p flow-examples --example fetch`
//!
//! Async work: four requests at once, each with a deadline, and tried again
//! where it fails. Nothing is spawned, so the flow borrows the client.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use flow_examples::chance;
use flow_runtime::{BoxError, Retry, flow};

/// Stands in for a client of the network.
#[derive(Default)]
struct Client {
    requests: AtomicU32,
}

impl Client {
    async fn get(&self, page: u32) -> Result<String, BoxError> {
        let chance = chance((page, self.requests.fetch_add(1, Relaxed)));
        tokio::time::sleep(Duration::from_millis(120).mul_f64(chance)).await;
        if chance < 0.2 {
            return Err("connection reset".into());
        }
        Ok(format!("page {page}"))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = Client::default();
    let policy = Retry::times(3).backoff(Duration::from_millis(10), 2.0);
    let start = Instant::now();

    let (pages, failed) = flow! {
        failed = inspect(|error| println!("failed: {error}")) -> count();
        pages  = from(1..=40)
            -> then(
                |page| client.get(page),
                concurrency = 4,
                timeout = Duration::from_millis(100),
                retry = policy,
            )? else failed
            -> count();

        (pages, failed)
    }
    .run()
    .await;

    let requests = client.requests.load(Relaxed);
    let time = start.elapsed();
    println!("{pages} pages by {requests} requests in {time:.1?}; {failed} failed");
}
