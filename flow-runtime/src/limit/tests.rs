use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use tokio::time::{Instant, advance, sleep};

use super::*;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

type Waits<'a> = Pin<Box<Begin<'a>>>;

fn waits(limit: &Limit) -> Waits<'_> {
    Box::pin(limit.begin(1))
}

fn poll(begin: &mut Waits<'_>) -> Poll<Place> {
    begin.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The times at which things of so many units begin, one behind the other.
async fn begins(limit: &Limit, units: impl IntoIterator<Item = u64>) -> Vec<Duration> {
    let start = Instant::now();
    let mut times = Vec::new();
    for units in units {
        limit.begin(units).await.end(Outcome::Done);
        times.push(start.elapsed());
    }
    times
}

/// The most that begin within any `d`.
fn most(times: &[Duration], d: Duration) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (last, time) in times.iter().enumerate() {
        while times[first] + d <= *time {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most
}

#[tokio::test(start_paused = true)]
async fn a_place_is_handed_on_in_the_order_of_asking() {
    let limit = Limit::fixed(1);
    let Poll::Ready(first) = poll(&mut waits(&limit)) else {
        panic!("a place is free");
    };
    let mut line: Vec<_> = (0..4).map(|_| waits(&limit)).collect();
    assert!(line.iter_mut().all(|each| poll(each).is_pending()));
    drop(first);
    // Whoever asks out of turn waits on.
    assert!(poll(&mut line[2]).is_pending());
    assert!(poll(&mut waits(&limit)).is_pending());
    for each in &mut line {
        assert!(poll(each).is_ready());
    }
    assert!(poll(&mut waits(&limit)).is_ready());
}

#[tokio::test(start_paused = true)]
async fn one_is_woken_at_a_time_and_who_is_gone_wakes_the_next() {
    let limit = Limit::fixed(2);
    let places: Vec<_> = (0..2).map(|_| poll(&mut waits(&limit))).collect();
    let mut line = Vec::new();
    for _ in 0..4 {
        let (wakes, mut each) = (Arc::<Wakes>::default(), waits(&limit));
        let waker = Waker::from(Arc::clone(&wakes));
        assert!(
            each.as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        line.push((wakes, Some(each)));
    }
    let woken = |line: &[(Arc<Wakes>, _)]| -> Vec<bool> {
        let woken = line
            .iter()
            .map(|(wakes, _): &(Arc<Wakes>, Option<Waits<'_>>)| {
                wakes.0.load(Ordering::Relaxed) > 0
            });
        woken.collect()
    };
    drop(places);
    assert_eq!(woken(&line), [true, false, false, false]);
    // The one that was woken is dropped before it could begin.
    line[0].1 = None;
    assert_eq!(woken(&line), [true, true, false, false]);
    line[2].1 = None;
    let second = line[1].1.as_mut().map(poll);
    assert!(second.is_some_and(|each| each.is_ready()));
    assert_eq!(woken(&line), [true, true, false, true]);
}

#[tokio::test(start_paused = true)]
async fn the_pace_is_even_and_nothing_is_saved_up() {
    let limit = Limit::fixed(9).per(4, ms(1000));
    assert_eq!(begins(&limit, [1; 4]).await, [0, 250, 500, 750].map(ms));
    sleep(ms(10_000)).await;
    assert_eq!(begins(&limit, [1; 3]).await, [0, 250, 500].map(ms));
    // What does not divide is never too early.
    let limit = Limit::fixed(9).per(7, ms(1000));
    let times = begins(&limit, [1; 100]).await;
    assert_eq!(most(&times, ms(1000)), 7);
    assert!(times[98] <= ms(14_020), "{:?}", times[98]);
}

#[tokio::test(start_paused = true)]
async fn several_paces_hold_together() {
    let limit = Limit::fixed(9).per(10, ms(1000)).per_minute(60);
    assert_eq!(begins(&limit, [1; 4]).await, [0, 1000, 2000, 3000].map(ms));
}

#[tokio::test(start_paused = true)]
async fn units_are_exact_over_an_hour() {
    let hour = Duration::from_secs(3600);
    for (rate, units) in [
        (200_000_u64, 1000_u64),
        (20_000, 7),
        (1000, 13),
        (90, 60),
        (60, 90),
    ] {
        let limit = Limit::fixed(9).units_per_minute(rate);
        let mut begun = 0;
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < hour {
            limit.begin(units).await.end(Outcome::Done);
            if start.elapsed() < hour {
                begun += units;
                times.push(start.elapsed());
            }
        }
        // One item may overshoot.
        assert!(
            (60 * rate..60 * rate + units).contains(&begun),
            "{rate} {units}: {begun}"
        );
        let within = most(&times, MINUTE) as u64 * units;
        assert!(within < rate + units, "{rate} {units}: {within}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_item_may_overshoot_and_is_made_up_for() {
    let limit = Limit::fixed(9).units_per(10, ms(1000));
    let times = begins(&limit, [5, 100, 1, 0, 1]).await;
    assert_eq!(times, [0, 500, 10_500, 10_500, 10_600].map(ms));
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_what_idle_time_saved() {
    let limit = Limit::fixed(9).per(10, ms(1000)).burst(4);
    let times = begins(&limit, [1; 30]).await;
    assert_eq!(times[..7], [0, 0, 0, 0, 100, 200, 300].map(ms));
    assert_eq!(most(&times, ms(1000)), 10);
    // Behind a window that was full the pace is even again.
    assert!(
        times[12..]
            .windows(2)
            .all(|pair| pair[1] - pair[0] == ms(100)),
        "{times:?}"
    );
    sleep(ms(250)).await;
    assert_eq!(begins(&limit, [1; 4]).await, [0, 0, 50, 150].map(ms));
}

#[tokio::test(start_paused = true)]
async fn gaps_below_a_millisecond_are_kept_on_average() {
    let limit = Limit::fixed(9).per(5000, ms(1000));
    let times = begins(&limit, [1; 10_001]).await;
    assert_eq!(times[10_000], ms(2000));
    assert!(most(&times, ms(1000)) <= 5000);
    // Also where the clock stands between two of its ticks.
    advance(Duration::from_micros(300)).await;
    let times = begins(&limit, [1; 10_001]).await;
    assert!(most(&times, ms(1000)) <= 5000);
}

#[tokio::test(start_paused = true)]
async fn all_wait_as_long_as_a_refusal_says() {
    let limit = Limit::fixed(3);
    let first = limit.begin(1).await;
    let second = limit.begin(1).await;
    first.refused(ms(1000));
    advance(ms(500)).await;
    // A shorter wait does not shorten it.
    second.refused(ms(100));
    assert_eq!(begins(&limit, [1, 1]).await, [500, 500].map(ms));
    // Who only waits for the pace waits as well.
    limit.begin(1).await.refused(ms(70));
    let begin = Instant::now();
    drop(limit.pace().await);
    assert_eq!(begin.elapsed(), ms(70));
}

#[tokio::test(start_paused = true)]
async fn the_pace_is_shared_with_those_who_need_no_place() {
    let limit = Limit::fixed(1).per(10, ms(1000));
    let place = limit.begin(1).await;
    let mut held = waits(&limit);
    assert!(poll(&mut held).is_pending());
    // Who needs no place passes those who wait for one, at the pace.
    let begin = Instant::now();
    for passed in 1..4 {
        drop(limit.pace().await);
        assert_eq!(begin.elapsed(), ms(100 * passed));
    }
    drop(place);
    drop(held.await);
    assert_eq!(begin.elapsed(), ms(400));
}

#[tokio::test(start_paused = true)]
async fn it_doubles_until_it_is_refused_and_is_cut_once_an_episode() {
    let limit = Limit::adaptive(2..=64);
    let round = async |refused: usize| {
        let mut places = Vec::new();
        while let Poll::Ready(place) = poll(&mut waits(&limit)) {
            places.push(place);
        }
        let size = places.len();
        for (index, place) in places.into_iter().enumerate() {
            match index < refused {
                true => place.refused(ms(1)),
                false => place.end(Outcome::Done),
            }
        }
        sleep(ms(2)).await;
        size
    };
    let mut sizes = Vec::new();
    for refused in [0, 0, 0, 0, 5, 0, 0] {
        sizes.push(round(refused).await);
    }
    // 5 refusals of one episode are one cut; what was good in it does not count.
    assert_eq!(sizes, [2, 4, 8, 16, 32, 25, 26]);
}

#[tokio::test(start_paused = true)]
async fn it_grows_only_by_clean_rounds_that_make_use_of_it() {
    let limit = Limit::adaptive(4..=64);
    let size = || limit.lock().size.now();
    let done = async |count: usize, outcome| {
        let mut places = Vec::new();
        for _ in 0..count {
            places.push(limit.begin(1).await);
        }
        places.into_iter().for_each(|place| place.end(outcome));
    };
    // 3 of 4 are less than 80 %.
    for _ in 0..4 {
        done(3, Outcome::Done).await;
    }
    assert_eq!(size(), 4);
    done(3, Outcome::Done).await;
    done(1, Outcome::Failed).await;
    done(3, Outcome::Done).await;
    assert_eq!(size(), 4);
    done(4, Outcome::Dropped).await;
    assert_eq!(size(), 4);
    done(4, Outcome::Done).await;
    assert_eq!(size(), 8);
    assert_eq!(limit.most().now(), 64);
}

#[test]
#[should_panic(expected = "at least 1")]
fn a_size_of_zero_is_refused() {
    let _ = Limit::fixed(0);
}

#[test]
#[should_panic(expected = "no number is in 5..=4")]
#[expect(clippy::reversed_empty_ranges, reason = "it is the mistake")]
fn an_empty_range_is_refused() {
    let _ = Limit::adaptive(5..=4);
}

#[test]
#[should_panic(expected = "not zero")]
fn a_pace_in_no_time_is_refused() {
    let _ = Limit::fixed(1).per(1, Duration::ZERO);
}
