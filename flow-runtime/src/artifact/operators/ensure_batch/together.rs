//! Futures that go on side by side.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// Waits for all of these, which go on side by side.
pub(super) async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<(Option<Pin<Box<F>>>, Option<F::Output>)> = futures
        .into_iter()
        .map(|future| (Some(Box::pin(future)), None))
        .collect();
    poll_fn(|context| {
        let mut is_ready = true;
        for (future, output) in &mut waiting {
            if let Some(running) = future {
                match running.as_mut().poll(context) {
                    Poll::Ready(value) => (*future, *output) = (None, Some(value)),
                    Poll::Pending => is_ready = false,
                }
            }
        }
        if is_ready {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    let outputs = waiting.into_iter().map(|(_, output)| output);
    outputs
        .map(|output| output.expect("all are ready"))
        .collect()
}
