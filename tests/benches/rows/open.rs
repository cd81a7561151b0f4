//! Flows that the program pushes into, and what awaits.

use std::{
    cell::Cell,
    collections::HashMap,
    future::poll_fn,
    hint::black_box,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use flow_runtime::flow;
use futures::{SinkExt, StreamExt};

use crate::block_on;

async fn ready(x: u64) -> u64 {
    x * 3 + 1
}

/// As [`ready`], but at the second poll.
async fn once_pending(x: u64) -> u64 {
    tokio::task::yield_now().await;
    x * 3 + 1
}

/// Lets a future go on that does not end by that.
fn poll_once(future: &mut Pin<Box<impl Future>>) {
    let polled = future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending(), "more is to come");
}

/// Adds an item to a sum in which the order counts.
pub fn mix(sum: u64, x: u64) -> u64 {
    sum.rotate_left(1) ^ x
}

rows! {
    emit_awaited {
        by_hand(items) {
            block_on(async {
                let mut sum = 0;
                for x in items {
                    sum = mix(sum, ready(black_box(*x) >> 9).await);
                }
                sum
            })
        }
        flow(items) {
            block_on(async {
                let mut flow = flow! { <u64> -> then(ready) -> fold(0, |sum, x| *sum = mix(*sum, x)) };
                for x in items {
                    flow.emit(black_box(*x) >> 9).await;
                }
                flow.finish().await
            })
        }
    }

    /// The best loop by hand where what consumes the items is a future of its own, as a flow
    /// is: it is polled for each, and finds it in a place that both sides know.
    emit_into_a_future {
        by_hand(items) {
            let (place, closed) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(false)));
            let mut consumer = {
                let (place, closed) = (Rc::clone(&place), Rc::clone(&closed));
                Box::pin(async move {
                    let mut sum = 0;
                    loop {
                        let next = poll_fn(|_| match place.take() {
                            Some(x) => Poll::Ready(Some(x)),
                            None if closed.get() => Poll::Ready(None),
                            None => Poll::Pending,
                        });
                        let Some(x) = next.await else { return sum };
                        sum = mix(sum, ready(x).await);
                    }
                })
            };
            for x in items {
                place.set(Some(black_box(*x) >> 9));
                poll_once(&mut consumer);
            }
            closed.set(true);
            block_on(consumer)
        }
        flow(items) {
            block_on(async {
                let mut flow = flow! { <u64> -> then(ready) -> fold(0, |sum, x| *sum = mix(*sum, x)) };
                for x in items {
                    flow.emit(black_box(*x) >> 9).await;
                }
                black_box(flow.finish().await)
            })
        }
        tokio_channel(items) {
            let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
            let mut consumer = Box::pin(async move {
                let mut sum = 0;
                while let Some(x) = receiver.recv().await {
                    sum = mix(sum, ready(x).await);
                }
                sum
            });
            for x in items {
                block_on(sender.send(black_box(*x) >> 9)).expect("somebody reads");
                poll_once(&mut consumer);
            }
            drop(sender);
            block_on(consumer)
        }
        futures_channel(items) {
            let (mut sender, mut receiver) = futures::channel::mpsc::channel(1);
            let mut consumer = Box::pin(async move {
                let mut sum = 0;
                while let Some(x) = receiver.next().await {
                    sum = mix(sum, ready(x).await);
                }
                sum
            });
            for x in items {
                block_on(sender.feed(black_box(*x) >> 9)).expect("somebody reads");
                poll_once(&mut consumer);
            }
            drop(sender);
            block_on(consumer)
        }
    }

    emit_synchronous {
        by_hand(items) {
            let mut sum = 0;
            for x in items {
                sum = mix(sum, black_box(*x));
            }
            sum
        }
        flow(items) {
            let mut flow = flow! { <u64> -> fold(0, |sum, x| *sum = mix(*sum, x)) };
            for x in items {
                flow.emit(black_box(*x));
            }
            flow.finish()
        }
    }

    by_key {
        by_hand(items) {
            let (mut seen, mut sum) = (HashMap::new(), 0);
            for x in items {
                let seen = seen.entry(x % 16).or_insert(0);
                *seen += 1;
                sum = mix(sum, *seen);
            }
            sum
        }
        flow(items) {
            flow! {
                from(items.iter()) -> by_key(|x| **x % 16) { accumulate(0, |seen, _| { *seen += 1; *seen }) }
                    -> fold(0, |sum, seen| *sum = mix(*sum, seen))
            }
            .run()
        }
    }

    by_key_awaited {
        by_hand(items) {
            let (mut seen, mut sum) = (HashMap::new(), 0_u64);
            for x in items {
                let seen = seen.entry(x % 16).or_insert(0_u64);
                *seen += 1;
                sum = sum.wrapping_add(*seen);
            }
            sum
        }
        flow(items) {
            let flow = flow! {
                from(items.iter())
                    -> by_key(|x| **x % 16) { accumulate(0_u64, |seen, _| { *seen += 1; *seen }) -> then(async |x| x) }
                    -> fold(0_u64, |sum, seen| *sum = sum.wrapping_add(seen))
            };
            block_on(flow.run())
        }
    }

    branches_that_await {
        by_hand(items) {
            block_on(async {
                let mut sum = 0;
                for x in items {
                    let x = black_box(*x) >> 9;
                    let (a, b, c) = futures::join!(ready(x), ready(x ^ 1), ready(x ^ 2));
                    sum = mix(sum, a ^ b ^ c);
                }
                sum
            })
        }
        flow(items) {
            let flow = flow! {
                x = from(items.iter()) -> map(|x| black_box(*x) >> 9);
                zip(x -> then(ready), x -> map(|x| x ^ 1) -> then(ready), x -> map(|x| x ^ 2) -> then(ready))
                    -> fold(0, |sum, (a, b, c)| *sum = mix(*sum, a ^ b ^ c))
            };
            block_on(flow.run())
        }
    }

    branches_that_wait {
        by_hand(items) {
            block_on(async {
                let mut sum = 0;
                for x in items {
                    let x = black_box(*x) >> 9;
                    let (a, b, c) = futures::join!(once_pending(x), once_pending(x ^ 1), once_pending(x ^ 2));
                    sum = mix(sum, a ^ b ^ c);
                }
                sum
            })
        }
        flow(items) {
            let flow = flow! {
                x = from(items.iter()) -> map(|x| black_box(*x) >> 9);
                zip(
                    x -> then(once_pending), x -> map(|x| x ^ 1) -> then(once_pending),
                    x -> map(|x| x ^ 2) -> then(once_pending)
                ) -> fold(0, |sum, (a, b, c)| *sum = mix(*sum, a ^ b ^ c))
            };
            block_on(flow.run())
        }
    }

    run_until {
        by_hand(items) {
            let mut sum = 0;
            for x in items {
                sum = mix(sum, black_box(*x));
            }
            sum
        }
        flow(items) {
            let flow = flow! { from(items.iter()) -> then(async |x| black_box(*x)) -> fold(0, |sum, x| *sum = mix(*sum, x)) };
            block_on(flow.run_until(std::future::pending::<()>()))
        }
    }
}
