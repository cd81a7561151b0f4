//! Flows that the program pushes into, or pulls from, and what awaits.

use std::{
    cell::Cell,
    collections::HashMap,
    future::poll_fn,
    hint::black_box,
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, Waker},
};

use flow_runtime::flow;
use futures::{SinkExt, Stream, StreamExt, stream};

use crate::block_on;

async fn ready(x: u64) -> u64 {
    x * 3 + 1
}

/// As [`ready`], but at the second poll.
async fn once_pending(x: u64) -> u64 {
    tokio::task::yield_now().await;
    x * 3 + 1
}

fn halved(x: &u64) -> Result<u64, std::fmt::Error> {
    match black_box(*x) {
        u64::MAX => Err(std::fmt::Error),
        x => Ok(x / 2),
    }
}

/// Lets a future go on that does not end by that.
fn poll_once(future: &mut Pin<Box<impl Future>>) {
    let polled = future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending(), "more is to come");
}

/// Adds an item to a sum in which the order counts.
fn mix(sum: u64, x: u64) -> u64 {
    sum.rotate_left(1) ^ x
}

/// A stream whose `poll_next` is written by hand.
struct ByHand<'a>(std::slice::Iter<'a, u64>);

impl Stream for ByHand<'_> {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u64>> {
        Poll::Ready(self.0.next().map(|x| black_box(*x).wrapping_mul(3)))
    }
}

async fn summed(stream: impl Stream<Item = u64>) -> u64 {
    let mut stream = pin!(stream);
    let mut sum = 0;
    while let Some(x) = stream.next().await {
        sum = mix(sum, x);
    }
    sum
}

rows! {
    as_stream {
        by_hand(items) { block_on(summed(ByHand(items.iter()))) }
        flow(items) {
            let flow = flow! { from(items.iter()) -> map(|x| black_box(*x).wrapping_mul(3)) -> then(async |x| x) };
            block_on(summed(flow))
        }
        futures(items) {
            let stream = stream::iter(items.iter()).map(|x| black_box(*x).wrapping_mul(3));
            block_on(summed(stream.then(async |x| x)))
        }
    }

    stream_of_a_stream {
        by_hand(items) { block_on(summed(ByHand(black_box(items).iter()))) }
        flow(items) {
            let source = stream::iter(items.iter());
            let flow = flow! { stream(source) -> map(|x| black_box(*x).wrapping_mul(3)) -> then(async |x| x) };
            block_on(summed(flow))
        }
        futures(items) {
            let stream = stream::iter(items.iter()).map(|x| black_box(*x).wrapping_mul(3));
            block_on(summed(black_box(stream.then(async |x| x))))
        }
    }

    stream_of_two_awaits {
        by_hand(items) { block_on(summed(ByHand(black_box(black_box(items)).iter()))) }
        flow(items) {
            let flow = flow! {
                from(items.iter()) -> map(|x| black_box(*x)) -> then(async |x| x) -> map(|x| x.wrapping_mul(3)) -> then(async |x| x)
            };
            block_on(summed(flow))
        }
        futures(items) {
            let stream = stream::iter(items.iter()).map(|x| black_box(*x)).then(async |x| x);
            block_on(summed(stream.map(|x| x.wrapping_mul(3)).then(async |x| x)))
        }
    }

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

    as_iterator {
        by_hand(items) {
            let mut sum = 0;
            for x in items.iter().map(|x| black_box(*x) >> 3).filter(|x| !x.is_multiple_of(3)) {
                sum = mix(sum, x);
            }
            sum
        }
        flow(items) {
            let mut sum = 0;
            for x in flow! { from(items.iter()) -> map(|x| black_box(*x) >> 3) -> filter(|x| !x.is_multiple_of(3)) } {
                sum = mix(sum, x);
            }
            sum
        }
    }

    iterator_of_flat_maps {
        by_hand(items) {
            let mut sum = 0;
            for x in items.iter().flat_map(|x| [*x, x + 1]).flat_map(|x| [x, x ^ 5]) {
                sum = mix(sum, x);
            }
            sum
        }
        flow(items) {
            let mut sum = 0;
            for x in flow! { from(items.iter()) -> flat_map(|x| [*x, x + 1]) -> flat_map(|x| [x, x ^ 5]) } {
                sum = mix(sum, x);
            }
            sum
        }
    }

    iterator_of_branches {
        by_hand(items) {
            let mut sum = 0;
            for x in items.iter().flat_map(|x| { let x = black_box(*x); [x + 1, x ^ 3] }) {
                sum = mix(sum, x);
            }
            sum
        }
        flow(items) {
            let mut sum = 0;
            let flow = flow! {
                x = from(items.iter()) -> map(|x| black_box(*x));
                union(x -> map(|x| x + 1), x -> map(|x| x ^ 3))
            };
            for x in flow {
                sum = mix(sum, x);
            }
            sum
        }
    }

    iterator_of_results {
        by_hand(items) {
            let mut sum = 0;
            for x in items.iter().map(halved).map_while(Result::ok) {
                sum = mix(sum, x);
            }
            sum
        }
        flow(items) {
            let mut sum = 0;
            for x in (flow! { from(items.iter()) -> map(halved)? }).map_while(Result::ok) {
                sum = mix(sum, x);
            }
            sum
        }
    }

    iterator_of_batches {
        by_hand(items) {
            let mut sum = 0;
            for x in items.chunks(4).map(|four| black_box(four[0])) {
                sum = mix(sum, x);
            }
            sum
        }
        flow(items) {
            let mut sum = 0;
            for x in flow! { from(items.iter()) -> partition(4) -> map(|four| black_box(*four[0])) } {
                sum = mix(sum, x);
            }
            sum
        }
    }

    stream_of_branches {
        by_hand(items) {
            block_on(summed(stream::iter(items.iter().flat_map(|x| { let x = black_box(*x); [x + 1, x ^ 3] }))))
        }
        flow(items) {
            let source = stream::iter(items.iter());
            let flow = flow! {
                x = stream(source) -> map(|x| black_box(*x));
                union(x -> map(|x| x + 1), x -> map(|x| x ^ 3))
            };
            block_on(summed(flow))
        }
    }
}
