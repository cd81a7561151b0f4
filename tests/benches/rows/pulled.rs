//! Flows that the program pulls from: iterators and streams.

use std::{
    hint::black_box,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use flow_runtime::flow;
use futures::{Stream, StreamExt, stream};

use crate::{block_on, open::mix};

fn halved(x: &u64) -> Result<u64, std::fmt::Error> {
    match black_box(*x) {
        u64::MAX => Err(std::fmt::Error),
        x => Ok(x / 2),
    }
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
