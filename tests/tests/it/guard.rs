//! Driving a flow that could hang, so that it fails instead.

use std::time::Duration;

use tokio::{runtime::Builder, time::timeout};

/// Drives a flow to its end on a thread of its own runtime, under a paused
/// clock: where everything waits for ever, the clock runs to the end of the hour.
pub fn drive<F: IntoFuture>(flow: F) -> F::Output {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(within(flow))
}

/// Awaits a flow, for an hour at most.
pub async fn within<F: IntoFuture>(flow: F) -> F::Output {
    let hour = Duration::from_secs(3600);
    timeout(hour, flow.into_future())
        .await
        .expect("the flow hangs")
}
