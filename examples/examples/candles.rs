//! Run it with `cargo run -p flow-examples --example candles`
//!
//! A candle chart of trades: for each symbol and ten seconds the first price, the
//! greatest, the least and the last, and the volume. First and last are an aggregate of
//! our own. Beside it the average price of the last minute, at every trade.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flow_runtime::{Aggregate, BoxError, flow};

const CANDLE: Duration = Duration::from_secs(10);
const MINUTE: Duration = Duration::from_secs(60);
const LATE: Duration = Duration::from_secs(2);

#[derive(Clone, Copy)]
struct Trade {
    at: SystemTime,
    symbol: &'static str,
    price: f64,
    volume: u32,
}

/// The first price in the window and the last. Prices leave as they came.
#[derive(Clone, Default)]
struct Ends(VecDeque<f64>);

impl Aggregate<Trade> for Ends {
    type Output = (f64, f64);

    fn enter(&mut self, trade: &Trade) {
        self.0.push_back(trade.price);
    }

    fn leave(&mut self, _: &Trade) {
        self.0.pop_front();
    }

    fn value(&self) -> (f64, f64) {
        let end = |price: Option<&f64>| price.copied().unwrap_or(f64::NAN);
        (end(self.0.front()), end(self.0.back()))
    }
}

/// Two symbols that wander, traded about once a second each; some trades come late.
fn trades() -> Vec<Trade> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    let mut prices = [("AAA", 100.0), ("BBB", 40.0)];
    (0..240)
        .map(|place| {
            let (symbol, price) = &mut prices[usize::from(below(2) == 0)];
            *price += (below(101) as f64 - 50.0) / 50.0;
            let at = UNIX_EPOCH + Duration::from_millis(1_700_000_000_000 + place * 500);
            Trade {
                at: at - Duration::from_millis(if below(60) == 0 { 9000 } else { below(2000) }),
                symbol,
                price: *price,
                volume: 1 + u32::try_from(below(9)).unwrap_or_default(),
            }
        })
        .collect()
}

fn main() -> Result<(), BoxError> {
    let (mut charts, averages, late) = flow! {
        trades   = from(trades()) -> in_order(|trade| trade.at, late = LATE)? else late;
        charts   = trades
            -> tumbling_window(CANDLE, |trade| trade.at, by = |trade| trade.symbol)?
            -> aggregate(Ends::default(), min(|trade| trade.price), max(|trade| trade.price), sum(|trade| trade.volume))
            -> fold(BTreeMap::new(), |charts: &mut BTreeMap<_, Vec<_>>, (symbol, span, candle)| {
                charts.entry(symbol).or_default().push((span.start, candle));
            });
        averages = trades
            -> sliding_window(MINUTE, |trade| trade.at, by = |trade| trade.symbol)?
            -> aggregate(mean(|trade| trade.price))
            -> collect::<BTreeMap<_, _>>();         // the last of each symbol stays
        late     = count();
        (charts, averages, late)
    }
    .run()?;

    for (symbol, candles) in &mut charts {
        println!(
            "{symbol}, {:.2} on average in the last minute",
            averages[symbol]
        );
        for (start, ((open, close), low, high, volume)) in candles {
            let seconds = start.duration_since(UNIX_EPOCH)?.as_secs() % 3600;
            let (low, high) = (low.unwrap_or(*open), high.unwrap_or(*open));
            println!(
                "  {:02}:{:02} {open:7.2} {high:7.2} {low:7.2} {close:7.2} {volume:4} {}",
                seconds / 60,
                seconds % 60,
                drawn([low, *open, *close, high])
            );
        }
    }
    println!("{late} trades came too late");
    Ok(())
}

/// A candle on its side: a line from the least price to the greatest, and a body from
/// the first to the last, full where the price fell.
fn drawn([low, open, close, high]: [f64; 4]) -> String {
    let place = |price: f64| ((price - low) * 8.0) as usize;
    let (from, to) = (place(open.min(close)), place(open.max(close)));
    let body = if close < open { '█' } else { '▒' };
    let mark = |place| {
        if (from..=to).contains(&place) {
            body
        } else {
            '─'
        }
    };
    (0..=place(high)).map(mark).collect()
}
