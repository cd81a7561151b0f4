//! Driving a flow that could hang, so that it fails instead.

use std::{
    panic::resume_unwind,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

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

const PATIENCE: Duration = Duration::from_secs(10);

/// Runs `work` on a thread of its own; a panic where it takes ten seconds.
pub fn in_time<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, result) = channel();
    let thread = thread::spawn(move || {
        let result = work();
        // The receiver is gone where this came too late.
        let _ = done.send(result);
    });
    match result.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("it does not end"),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("it ended without a result"),
        },
    }
}

/// As [`drive`], on a thread of its own: a loop that never waits fails, too.
pub fn drive_in_time<F>(flow: impl FnOnce() -> F + Send + 'static) -> F::Output
where
    F: IntoFuture<Output: Send + 'static>,
{
    in_time(|| drive(flow()))
}
