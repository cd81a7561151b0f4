//! Messages that tell when they are acknowledged.

use std::sync::{Arc, Mutex};

use flow_runtime::Acked;

/// Returns a log of what is acknowledged, and the messages 1 to `n` that write it.
#[allow(clippy::type_complexity)]
pub fn messages(
    n: u32,
) -> (
    Arc<Mutex<Vec<u32>>>,
    Vec<Acked<u32, Box<dyn FnOnce() + Send>>>,
) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let message = |n| {
        let log = Arc::clone(&log);
        let ack = move || log.lock().unwrap().push(n);
        Acked::new(n, Box::new(ack) as Box<dyn FnOnce() + Send>)
    };
    let all = (1..=n).map(message).collect();
    (log, all)
}
