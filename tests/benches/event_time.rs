//! The cost of time in the items: `in_order`, windows and aggregates, in nanoseconds
//! an item, the best of several runs.
//!
//! ```text
//! cargo bench -p flow-tests --bench event_time
//! ```

mod measure;

use std::hint::black_box;

use flow_runtime::flow;

const ITEMS: u64 = 1 << 20;

/// An item as clicks and trades are: a time, a key, a value, and something to carry.
#[derive(Clone, Copy)]
struct Trade {
    at: u64,
    symbol: u64,
    price: f64,
    volume: u64,
}

/// Trades one apart, each up to `late` behind the newest.
fn trades(late: u64) -> Vec<Trade> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    (0..ITEMS)
        .map(|place| Trade {
            at: 10_000 + place - below(late + 1),
            symbol: below(100),
            price: 100.0 + below(1000) as f64 / 8.0,
            volume: 1 + below(50),
        })
        .collect()
}

fn measure(name: &str, items: u64, run: impl FnMut()) {
    let best = measure::best(7, items, run);
    println!("{name:<64} {best:>8.1} ns");
}

fn in_order() {
    for (name, late) in [
        ("in_order, sorted input", 0),
        ("in_order, each up to 10 late", 10),
        ("in_order, each up to 1,000 late", 1000),
    ] {
        let trades = trades(late);
        measure(&format!("{name}, 1,000 waiting"), ITEMS, || {
            let sum = flow! {
                from(&trades) -> in_order(|trade| trade.at, late = 1000)? else drop
                    -> fold(0, |sum, trade| *sum += trade.volume)
            };
            black_box(sum.run());
        });
        let owned = trades.clone();
        measure(&format!("{name}, items of 32 bytes"), ITEMS, || {
            let sum = flow! {
                from(&owned) -> map(|trade| *trade) -> in_order(|trade| trade.at, late = 1000)? else drop
                    -> fold(0, |sum, trade| *sum += trade.volume)
            };
            black_box(sum.run());
        });
    }
}

fn windows() {
    let trades = trades(0);
    measure("tumbling_window of 100, batches", ITEMS, || {
        let sum = flow! {
            from(&trades) -> map(|trade| *trade) -> tumbling_window(100, |trade| trade.at)? else drop
                -> fold(0, |sum, (_, batch)| *sum += batch.len())
        };
        black_box(sum.run());
    });
    measure("tumbling_window of 100, a candle of each", ITEMS, || {
        let candles = flow! {
            from(&trades) -> tumbling_window(100, |trade| trade.at)? else drop
                -> aggregate(count(), min(|trade| trade.price), max(|trade| trade.price), sum(|trade| trade.volume))
                -> for_each(|candle| { black_box(candle); })
        };
        candles.run();
    });
    measure(
        "tumbling_window of 10,000 by 100 symbols, a candle of each",
        ITEMS,
        || {
            let candles = flow! {
                from(&trades) -> tumbling_window(10_000, |trade| trade.at, by = |trade| trade.symbol)? else drop
                    -> aggregate(count(), min(|trade| trade.price), max(|trade| trade.price), sum(|trade| trade.volume))
                    -> for_each(|candle| { black_box(candle); })
            };
            candles.run();
        },
    );
    measure("session_window by 100 symbols, batches", ITEMS, || {
        let sessions = flow! {
            from(&trades) -> session_window(300, |trade| trade.at, by = |trade| trade.symbol)? else drop
                -> for_each(|session| { black_box(session); })
        };
        sessions.run();
    });
    measure("hopping_window of 1,000 every 100, mean", ITEMS, || {
        let means = flow! {
            from(&trades) -> hopping_window(1000, 100, |trade| trade.at)? else drop
                -> aggregate(mean(|trade| trade.price)) -> for_each(|mean| { black_box(mean); })
        };
        means.run();
    });
}

fn slides() {
    let trades = trades(0);
    for n in [10, 1000, 100_000] {
        measure(
            &format!("sliding_window of {n}, mean and max"),
            ITEMS,
            || {
                let known = flow! {
                    from(&trades) -> sliding_window(n)
                        -> aggregate(mean(|trade| trade.price), max(|trade| trade.price))
                        -> for_each(|known| { black_box(known); })
                };
                known.run();
            },
        );
        measure(
            &format!("sliding_window of {n} by time, mean, var and max"),
            ITEMS,
            || {
                let known = flow! {
                    from(&trades) -> sliding_window(n as u64, |trade| trade.at)? else drop
                        -> aggregate(mean(|trade| trade.price), var(|trade| trade.price), max(|trade| trade.price))
                        -> for_each(|known| { black_box(known); })
                };
                known.run();
            },
        );
    }
    let few = &trades[..1 << 14];
    measure(
        "sliding_window of 1000, mean and max, asked anew",
        1 << 14,
        || {
            let known = flow! {
                from(few) -> sliding_window(1000)
                    -> map(|window| {
                        let prices = || window.iter().map(|trade| trade.price);
                        (prices().sum::<f64>() / window.len() as f64, prices().reduce(f64::max))
                    })
                    -> for_each(|known| { black_box(known); })
            };
            known.run();
        },
    );
}

fn main() {
    in_order();
    windows();
    slides();
}
