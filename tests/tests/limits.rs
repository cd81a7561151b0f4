//! Limits: what shares one never exceeds it, refusals cost no place and no attempt.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use flow_runtime::{ErrorKind, Limit, Retry, flow};
use tokio::time::{Instant, sleep};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// What a service says.
#[derive(Clone, Debug, PartialEq)]
enum Api {
    /// Come again after this.
    Busy(Duration),
    Broken,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(wait) => write!(f, "busy for {wait:?}"),
            Self::Broken => f.write_str("broken"),
        }
    }
}

impl std::error::Error for Api {}

impl Api {
    fn wait(&self) -> Option<Duration> {
        match self {
            Self::Busy(wait) => Some(*wait),
            Self::Broken => None,
        }
    }
}

/// A service, as the account that uses it sees it.
struct Service {
    begin: Instant,
    /// How many it takes at once, by the second.
    takes: fn(Duration) -> usize,
    /// How long it thinks before it refuses.
    thinks: Duration,
    running: Cell<usize>,
    most: Cell<usize>,
    refused: Cell<usize>,
    calls: RefCell<Vec<Duration>>,
    /// The seed of how long calls take.
    seed: Cell<u64>,
}

impl Service {
    fn new(takes: fn(Duration) -> usize) -> Self {
        Self {
            begin: Instant::now(),
            takes,
            thinks: Duration::ZERO,
            running: Cell::new(0),
            most: Cell::new(0),
            refused: Cell::new(0),
            calls: RefCell::default(),
            seed: Cell::new(7),
        }
    }

    fn random(&self, range: Range<u64>) -> u64 {
        let seed = self.seed.get();
        let seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.seed.set(seed);
        range.start + (seed >> 33) % (range.end - range.start)
    }

    async fn ask(&self, x: u32) -> Result<u32, Api> {
        let now = self.begin.elapsed();
        self.calls.borrow_mut().push(now);
        if self.running.get() >= (self.takes)(now) {
            self.refused.set(self.refused.get() + 1);
            if !self.thinks.is_zero() {
                sleep(self.thinks).await;
            }
            return Err(Api::Busy(ms(1000)));
        }
        let _running = Running::new(self);
        sleep(ms(self.random(900..1101))).await;
        Ok(x)
    }
}

struct Running<'a>(&'a Service);

impl<'a> Running<'a> {
    fn new(service: &'a Service) -> Self {
        let running = service.running.get() + 1;
        service.running.set(running);
        service.most.set(service.most.get().max(running));
        Self(service)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.set(self.0.running.get() - 1);
    }
}

/// 20 at once, from 30 s on 6, from 60 s on 40.
fn varies(now: Duration) -> usize {
    match now.as_secs() {
        0..30 => 20,
        30..60 => 6,
        _ => 40,
    }
}

async fn job(service: &Service, limit: &Limit) -> (usize, usize, Duration) {
    let failed = Rc::new(Cell::new(0));
    let begin = Instant::now();
    let done = flow! {
        failed = for_each(|_| failed.set(failed.get() + 1));
        from(0..2000) -> then(|x| service.ask(x), limit = limit, refused = Api::wait, ordered = false)? else failed -> count()
    }
    .run()
    .await;
    (done, failed.get(), begin.elapsed())
}

/// The table of times and refusals:
/// `cargo test -p flow-tests --test it -- limits::table --nocapture`.
#[tokio::test(start_paused = true)]
async fn table() {
    println!("| limit | refuses after | time | refused | failed |\n|---|---|---|---|---|");
    for thinks in [0, 20, 100] {
        for (name, limit, most) in [
            ("fixed(40)", Limit::fixed(40), 100.0),
            ("fixed(20)", Limit::fixed(20), 200.0),
            ("fixed(6)", Limit::fixed(6), 400.0),
            ("adaptive(2..=64)", Limit::adaptive(2..=64), 115.0),
            ("adaptive(4..=64)", Limit::adaptive(4..=64), 115.0),
            ("adaptive(1..=200)", Limit::adaptive(1..=200), 120.0),
        ] {
            let mut service = Service::new(varies);
            service.thinks = ms(thinks);
            let (done, failed, time) = job(&service, &limit).await;
            let (time, refused) = (time.as_secs_f64(), service.refused.get());
            println!("| `{name}` | {thinks} ms | {time:.1} s | {refused} | {failed} |");
            assert_eq!((done, failed), (2000, 0));
            if thinks == 0 { assert!(time <= most, "{name}: {time}"); }
        }
    }
}
