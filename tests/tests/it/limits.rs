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

/// The errors of a service.
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
    /// The number of calls it takes at once, by the second.
    takes: fn(Duration) -> usize,
    /// The time it thinks before it refuses.
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
        let seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
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
/// `cargo test -p flow-tests --test it -- limits::the_table --nocapture`.
#[tokio::test(start_paused = true)]
async fn the_table() {
    println!("| limit | refuses after | time | refused | failed |\n|---|---|---|---|---|");
    for thinks in [0, 20, 100] {
        for (name, limit, most) in [
            ("fixed(6)", Limit::fixed(6), 340.0),
            ("fixed(20)", Limit::fixed(20), 125.0),
            ("fixed(40)", Limit::fixed(40), 100.0),
            ("adaptive(2..=64)", Limit::adaptive(2..=64), 115.0),
            ("adaptive(4..=64)", Limit::adaptive(4..=64), 115.0),
            ("adaptive(1..=200)", Limit::adaptive(1..=200), 115.0),
        ] {
            let mut service = Service::new(varies);
            service.thinks = ms(thinks);
            let (done, failed, time) = job(&service, &limit).await;
            let (time, refused) = (time.as_secs_f64(), service.refused.get());
            println!("| `{name}` | {thinks} ms | {time:.1} s | {refused} | {failed} |");
            assert_eq!((done, failed), (2000, 0));
            assert!(time <= most, "{name}: {time}");
        }
    }
}

mod places {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_limit_stands_in_place_of_concurrency() {
        for (most, concurrency) in [(3, None), (3, Some(9)), (9, Some(3))] {
            let (limit, service) = (Limit::fixed(most), Service::new(|_| 99));
            let ask = |x| service.ask(x);
            let asked = match concurrency {
                None => flow! { from(0..20) -> then(ask, limit = &limit)? -> collect::<Vec<_>>() }.run().await,
                Some(n) => {
                    flow! { from(0..20) -> then(ask, limit = &limit, concurrency = n)? -> collect::<Vec<_>>() }.run().await
                }
            };
            assert_eq!(asked.unwrap(), (0..20).collect::<Vec<_>>());
            assert_eq!(service.most.get(), 3);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn functions_of_every_kind_stand_under_it() {
        async fn double(x: u32) -> u32 {
            sleep(ms(10)).await;
            2 * x
        }
        fn thinks(x: u32) -> u32 {
            2 * x
        }
        let limit = Limit::fixed(2);
        let factor = 2;
        type Later = std::pin::Pin<Box<dyn Future<Output = u32>>>;
        let boxed: Box<dyn Fn(u32) -> Later> = Box::new(|x| Box::pin(double(x)));
        let sums = (
            flow! { from(0..5_u32) -> then(double, limit = &limit) -> sum::<u32>() }.run().await,
            flow! { from(0..5_u32) -> then(async |x| double(x).await, limit = &limit) -> sum::<u32>() }.run().await,
            flow! { from(0..5_u32) -> then(|x| async move { x * factor }, limit = &limit) -> sum::<u32>() }.run().await,
            flow! { from(0..5_u32) -> then(|x: u32| async move { x * factor }, limit = &limit, ordered = false) -> sum::<u32>() }.run().await,
            flow! { from(0..5_u32) -> then({ let f = factor; move |x| async move { x * f } }, limit = &limit) -> sum::<u32>() }.run().await,
            flow! { from(0..5_u32) -> then(boxed, limit = &limit, units = |x| u64::from(*x)) -> sum::<u32>() }.run().await,
            flow! { from(0..5_u32) -> then(flow_runtime::blocking(thinks), limit = &limit) -> sum::<u32>() }.run().await,
        );
        assert_eq!(sums, (20, 20, 20, 20, 20, 20, 20));
        let texts = ["a".to_string(), "bb".to_string()];
        let length = async |text: &String| Ok::<_, Api>(text.len());
        let flow = flow! { from(&texts) -> then(length, limit = &limit, timeout = ms(5), units = |t| t.len() as u64)? -> sum::<usize>() };
        assert_eq!(flow.run().await.unwrap(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn items_that_are_no_clone_may_stand_under_it() {
        struct Once(u32);
        let limit = Limit::fixed(2);
        let take = async |once: Once| Ok::<_, Api>(once.0);
        let flow = flow! { from(0..5) -> map(Once) -> then(take, limit = &limit, timeout = ms(50))? -> sum::<u32>() };
        assert_eq!(flow.run().await.unwrap(), 10);
        let flow = flow! { from(0..5) -> map(Once) -> then(take, limit = &limit)? -> sum::<u32>() };
        assert_eq!(flow.run().await.unwrap(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn two_flows_never_exceed_it_together_and_both_go_on() {
        let (limit, service) = (Limit::fixed(5), Service::new(|_| 99));
        let run = async |n: u32| {
            let flow = flow! { from(0..n) -> then(|x| service.ask(x), limit = &limit, ordered = false)? -> count() };
            let count = flow.run().await.unwrap();
            (count, service.begin.elapsed())
        };
        let ((a, short), (b, long)) = futures::join!(run(10), run(100));
        assert_eq!((a, b, service.most.get()), (10, 100, 5));
        // The one that came later was not starved by the one with more to do.
        assert!(short < Duration::from_secs(6), "{short:?}");
        assert!(long < Duration::from_secs(25), "{long:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn stages_of_one_flow_share_it() {
        let (limit, service) = (Limit::fixed(3), Service::new(|_| 99));
        let flow = flow! {
            from(0..9) -> then(|x| service.ask(x), limit = &limit)? -> then(|x| service.ask(x), limit = &limit, ordered = false)? -> count()
        };
        assert_eq!(flow.run().await.unwrap(), 9);
        assert_eq!(service.most.get(), 3);
    }

    #[test]
    fn threads_share_it() {
        static RUNNING: std::sync::Mutex<(usize, usize)> = std::sync::Mutex::new((0, 0));
        async fn work(x: u32) -> u32 {
            {
                let mut running = RUNNING.lock().unwrap();
                running.0 += 1;
                running.1 = running.1.max(running.0);
            }
            sleep(ms(2)).await;
            RUNNING.lock().unwrap().0 -= 1;
            x
        }
        let limit = Limit::fixed(3);
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let limit = limit.clone();
                std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    runtime.block_on(
                        flow! { from(0..50) -> then(work, limit = &limit) -> count() }.run(),
                    )
                })
            })
            .collect();
        assert!(threads.into_iter().all(|each| each.join().unwrap() == 50));
        assert_eq!(RUNNING.lock().unwrap().1, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_share_it_and_a_limit_may_be_made_in_place() {
        let (limit, service) = (Limit::fixed(2), Service::new(|_| 99));
        let flow = flow! {
            from(0..12) -> by_key(|x| x % 4) { then(|x| service.ask(x), limit = &limit, refused = Api::wait)? } -> count()
        };
        assert_eq!(flow.run().await.unwrap(), 12);
        assert_eq!(service.most.get(), 2);
        let service = Service::new(|_| 99);
        let made = Cell::new(0);
        let make = || {
            made.set(made.get() + 1);
            Limit::fixed(4)
        };
        let flow = flow! { from(0..12) -> then(|x| service.ask(x), limit = &make(), retry = 2)? -> count() };
        assert_eq!(flow.run().await.unwrap(), 12);
        assert_eq!((service.most.get(), made.get()), (4, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn flows_under_it_may_be_spawned_and_dropped() {
        async fn work(x: u32) -> Result<u32, Api> {
            sleep(ms(1000)).await;
            Ok(x)
        }
        let limit = Limit::fixed(2);
        let flow = flow! {
            from(0..4_u32) -> then(work, limit = &limit, retry = 1, refused = |e| e.wait(), units = |x| u64::from(*x))? -> sum::<u32>()
        };
        assert_eq!(flow.spawn().await.unwrap().unwrap(), 6);
        // What ran and what waited leave nothing behind.
        let begin = Instant::now();
        let dropped = flow! { from(0..40_u32) -> then(work, limit = &limit)? -> count() };
        assert!(tokio::time::timeout(ms(1500), dropped.run()).await.is_err());
        let flow = flow! { from(0..2_u32) -> then(work, limit = &limit)? -> count() };
        assert_eq!(flow.run().await.unwrap(), 2);
        assert_eq!(begin.elapsed(), ms(2500));
    }
}

mod paces {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn attempts_are_paced_and_not_only_items() {
        let limit = Limit::fixed(9).per(2, ms(1000));
        let calls = RefCell::new(Vec::new());
        let begin = Instant::now();
        let fails = async |x: u32| {
            calls.borrow_mut().push(begin.elapsed());
            if x == 0 { Err(Api::Broken) } else { Ok(x) }
        };
        let flow = flow! {
            from(0..3_u32) -> then(fails, limit = &limit, retry = Retry::times(2).fixed(Duration::ZERO), ordered = false)? else drop -> count()
        };
        assert_eq!(flow.run().await, 2);
        assert_eq!(calls.into_inner(), [0, 500, 1000, 1500, 2000].map(ms));
    }

    #[tokio::test(start_paused = true)]
    async fn units_are_what_the_function_says() {
        let limit = Limit::fixed(9).units_per_minute(60);
        let begin = Instant::now();
        let flow = flow! {
            from([10_u64, 5, 20, 1]) -> then(async |_| begin.elapsed().as_secs(), limit = &limit, units = |n| *n) -> collect::<Vec<_>>()
        };
        assert_eq!(flow.run().await, [0, 10, 15, 35]);
    }

    #[tokio::test(start_paused = true)]
    async fn rate_limit_shares_the_pace() {
        let limit = Limit::fixed(1).per(10, ms(1000));
        let begin = Instant::now();
        let run = async || {
            let flow = flow! { from(0..20) -> rate_limit(&limit) -> map(|_| begin.elapsed()) -> collect::<Vec<_>>() };
            flow.run().await
        };
        let (a, b) = futures::join!(run(), run());
        let mut all = [a, b].concat();
        all.sort_unstable();
        let expected: Vec<_> = (0..40).map(|n| ms(100 * n)).collect();
        assert_eq!(all, expected);
    }
}

mod refusals {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn they_hold_no_place_and_spend_no_attempt() {
        let limit = Limit::fixed(1);
        let (begin, calls) = (Instant::now(), RefCell::new(Vec::new()));
        // The first item is refused three times, then it fails once.
        let ask = async |x: u32| {
            let mut calls = calls.borrow_mut();
            calls.push((x, begin.elapsed().as_secs()));
            let before = calls.iter().filter(|(each, _)| *each == x).count();
            match (x, before) {
                (0, 1..=3) => Err(Api::Busy(ms(1000))),
                (0, 4) => Err(Api::Broken),
                _ => Ok(x),
            }
        };
        let flow = flow! {
            from(0..4_u32) -> then(ask, limit = &limit, refused = Api::wait, ordered = false,
                retry = Retry::times(1).fixed(ms(1000)))? -> collect::<Vec<_>>()
        };
        assert_eq!(flow.run().await.unwrap(), [1, 2, 3, 0]);
        let calls = calls.into_inner();
        assert_eq!(
            calls,
            [
                (0, 0),
                (1, 1),
                (2, 1),
                (3, 1),
                (0, 1),
                (0, 2),
                (0, 3),
                (0, 4)
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn all_under_the_limit_wait_as_told() {
        let limit = Limit::fixed(4);
        let service = Service::new(|now| if now < ms(100) { 0 } else { 99 });
        let busy = flow! { from([1]) -> then(|x| service.ask(x), limit = &limit, refused = |e| e.wait())? -> count() };
        let other = async {
            sleep(ms(500)).await;
            let calls = flow! { from([1]) -> then(async |_| service.begin.elapsed(), limit = &limit) -> collect::<Vec<_>>() };
            calls.run().await
        };
        let (busy, other) = futures::join!(busy.run(), other);
        assert_eq!((busy.unwrap(), other), (1, vec![ms(1000)]));
    }

    #[tokio::test(start_paused = true)]
    async fn no_wait_is_that_of_the_back_off() {
        let limit = Limit::fixed(4);
        let (calls, begin) = (RefCell::new(Vec::new()), Instant::now());
        let ask = async |_: u32| {
            calls.borrow_mut().push(begin.elapsed());
            if calls.borrow().len() < 4 {
                Err(Api::Busy(Duration::ZERO))
            } else {
                Ok(1)
            }
        };
        let policy = Retry::times(0).backoff(ms(100), 2.0);
        let flow = flow! { from([1]) -> then(ask, limit = &limit, refused = Api::wait, retry = policy)? -> sum::<i32>() };
        assert_eq!(flow.run().await.unwrap(), 1);
        assert_eq!(calls.into_inner(), [0, 100, 300, 700].map(ms));
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_that_always_refuses_is_given_up() {
        let limit = Limit::fixed(4);
        for (given, after) in [(None, 15 * 60), (Some(10), 10)] {
            let service = Service::new(|_| 0);
            let ask = |x| service.ask(x);
            let flow = match given {
                None => flow! { from([7]) -> then(ask, limit = &limit, refused = Api::wait, retry = 3)? -> count() }.run().await,
                Some(n) => {
                    let d = Duration::from_secs(n);
                    flow! { from([7]) -> then(ask, limit = &limit, refused = Api::wait, give_up = d)? -> count() }.run().await
                }
            };
            let error = flow.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout);
            assert_eq!(error.find(), Some(&Api::Busy(ms(1000))));
            assert_eq!(service.begin.elapsed(), Duration::from_secs(after));
            assert_eq!(service.refused.get() as u64, after);
            assert!(error.to_string().contains("given up"), "{error}");
        }
        // Without a limit as well, and one that never waits.
        let calls = Cell::new(0);
        let ask = async |_: u32| {
            calls.set(calls.get() + 1);
            Err::<u32, _>(Api::Busy(Duration::ZERO))
        };
        let never = Retry::times(0).fixed(Duration::ZERO);
        let flow = flow! { from([7]) -> then(ask, refused = Api::wait, give_up = ms(100), retry = never)? -> count() };
        assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(calls.get(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn each_that_is_given_up_goes_its_own_way() {
        let limit = Limit::fixed(4);
        let ask = async |x: u32| {
            if x.is_multiple_of(3) {
                Err(Api::Busy(ms(1000)))
            } else {
                Ok(x)
            }
        };
        let flow = flow! {
            failed = map(|e| e.kind()) -> collect::<Vec<_>>();
            done = from(0..10_u32) -> then(ask, limit = &limit, refused = Api::wait, give_up = ms(60_000))? else failed -> count();
            (done, failed)
        };
        let (done, failed) = flow.run().await;
        assert_eq!((done, failed), (6, vec![ErrorKind::Timeout; 4]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_that_passed_is_no_refusal() {
        let limit = Limit::fixed(4);
        let calls = Cell::new(0);
        let slow = async |_: u32| {
            calls.set(calls.get() + 1);
            sleep(ms(500)).await;
            Err::<u32, _>(Api::Broken)
        };
        let flow = flow! {
            from([1]) -> then(slow, limit = &limit, timeout = ms(100), retry = 2, retry_if = |_| false, refused = |_| unreachable!())? -> count()
        };
        assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(calls.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flow_that_is_stopped_waits_for_none() {
        let limit = Limit::fixed(4);
        let service = Service::new(|_| 0);
        let flow = flow! {
            from(0..100) -> then(|x| service.ask(x), limit = &limit, refused = |_| Some(Duration::from_secs(600)))? else failed -> count();
            failed = for_each(|e| assert!(e.is::<Api>() || e.kind() == ErrorKind::Interrupted, "{e}"));
        };
        flow.run_until(sleep(ms(50))).await;
        assert_eq!(service.begin.elapsed(), ms(50));
    }
}
