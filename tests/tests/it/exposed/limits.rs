//! Limits whose sizes and rates are knobs.

use std::{cell::Cell, time::Duration};

use flow_runtime::{Limit, flow, inspect::Knob};
use tokio::time::{Instant, sleep, sleep_until};

const SECOND: Duration = Duration::from_secs(1);

/// Runs so many items of so many seconds under a limit, turns a knob at some second, and
/// gives the seconds at which they began.
async fn begun<T>(limit: &Limit, items: u32, long: u32, turn: (u32, &Knob<T>, T)) -> Vec<f64> {
    let (at, knob, value) = turn;
    let begin = Instant::now();
    let work = async |_: u32| {
        let time = begin.elapsed().as_secs_f64();
        sleep(long * SECOND).await;
        time
    };
    let flow = flow! { from(0..items) -> then(work, limit = limit) -> collect::<Vec<_>>() };
    let turn = async {
        sleep_until(begin + at * SECOND).await;
        knob.set(value).unwrap();
    };
    tokio::join!(flow.run(), turn).0
}

#[tokio::test(start_paused = true)]
async fn a_size_grows_without_waiting_for_an_end() {
    let size = Knob::new(1);
    let times = begun(&Limit::fixed(&size), 4, 10, (3, &size, 3)).await;
    assert_eq!(times, [0.0, 3.0, 3.0, 10.0]);
}

#[tokio::test(start_paused = true)]
async fn a_size_shrinks_as_what_runs_ends() {
    let size = Knob::new(3);
    let times = begun(&Limit::fixed(&size), 6, 10, (3, &size, 1)).await;
    assert_eq!(times, [0.0, 0.0, 0.0, 10.0, 20.0, 30.0]);
}

#[tokio::test(start_paused = true)]
async fn adaptive_bounds_are_moved() {
    let bounds = Knob::new(1..=1);
    let times = begun(&Limit::adaptive(&bounds), 4, 10, (3, &bounds, 4..=4)).await;
    assert_eq!(times, [0.0, 3.0, 3.0, 3.0]);
}

#[tokio::test(start_paused = true)]
async fn a_rate_grows_for_who_is_next() {
    let rate = Knob::new(1);
    let limit = Limit::fixed(100).per_minute(&rate);
    // Half of a minute is left when it is doubled: a quarter.
    let times = begun(&limit, 4, 1, (30, &rate, 2)).await;
    assert_eq!(times, [0.0, 45.0, 75.0, 105.0]);
}

#[tokio::test(start_paused = true)]
async fn a_rate_shrinks_for_who_is_next() {
    let time = Knob::new(2 * SECOND);
    let limit = Limit::fixed(100).per(1, &time);
    // Never two within ten seconds, from the turn on.
    let times = begun(&limit, 3, 1, (1, &time, 10 * SECOND)).await;
    assert_eq!(times, [0.0, 10.0, 20.0]);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_a_beat_is_so_at_the_new_pace() {
    for (to, times) in [(12, [0.0, 7.5, 12.5]), (3, [0.0, 15.0, 35.0])] {
        let rate = Knob::new(6);
        let limit = Limit::fixed(100).per_minute(&rate);
        assert_eq!(begun(&limit, 3, 1, (5, &rate, to)).await, times);
    }
    // A turn to the same value changes nothing.
    let rate = Knob::new(7);
    let turned = begun(&Limit::fixed(9).per_minute(&rate), 4, 1, (5, &rate, 7)).await;
    let rest = begun(&Limit::fixed(9).per_minute(7), 4, 1, (5, &rate, 7)).await;
    assert_eq!(turned, rest);
}

#[tokio::test(start_paused = true)]
async fn units_and_bursts_are_steered() {
    let units = Knob::new(1);
    let limit = Limit::fixed(100).units_per_minute(&units);
    assert_eq!(begun(&limit, 2, 1, (30, &units, 60)).await, [0.0, 30.5]);
    let burst = Knob::new(1);
    let limit = Limit::fixed(100).per(10, 10 * SECOND).burst(&burst);
    let times = begun(&limit, 4, 1, (0, &burst, 3)).await;
    assert!(times[1] <= 1.0 && times[3] <= 3.0, "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn one_knob_steers_two_limits_and_their_clones() {
    let size = Knob::new(1);
    let (one, two) = (Limit::fixed(&size), Limit::fixed(&size).clone());
    let running = Cell::new(0);
    let work = async |_: u32| {
        running.set(running.get() + 1);
        sleep(10 * SECOND).await;
    };
    let flow = flow! { from(0..4) -> then(work, limit = &one) -> count() };
    let other = flow! { from(0..4) -> then(work, limit = &two) -> count() };
    let turn = async {
        sleep(SECOND).await;
        assert_eq!(running.get(), 2);
        size.set(4).unwrap();
        sleep(SECOND).await;
        assert_eq!(running.get(), 8);
    };
    tokio::join!(flow.run(), other.run(), turn);
}

#[test]
fn what_a_limit_could_not_do_with_is_refused() {
    let (size, rate, time, burst) = (Knob::new(1), Knob::new(1), Knob::new(SECOND), Knob::new(1));
    let (units, bounds) = (Knob::new(1), Knob::new(1..=2));
    let limit = Limit::fixed(&size)
        .per(&rate, &time)
        .burst(&burst)
        .units_per_minute(&units);
    let adaptive = Limit::adaptive(&bounds);
    let why =
        |refused: Result<(), flow_runtime::inspect::Refused>| refused.unwrap_err().to_string();
    assert_eq!(why(size.set(0)), "a limit must let at least 1 run");
    assert_eq!(why(rate.set(0)), "a pace must let at least 1 begin");
    assert_eq!(why(units.set(0)), "a pace must let at least 1 begin");
    assert_eq!(
        why(time.set(Duration::ZERO)),
        "a pace needs a time that is not zero"
    );
    assert_eq!(why(burst.set(0)), "a burst must let at least 1 begin");
    assert_eq!(why(bounds.set(0..=2)), "a limit must let at least 1 run");
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    let empty = 3..=2;
    assert_eq!(why(bounds.set(empty)), "no number is in 3..=2");
    drop((limit, adaptive));
}

#[test]
#[should_panic(expected = "a limit must let at least 1 run")]
fn a_limit_of_a_knob_of_zero_panics() {
    let _ = Limit::fixed(&Knob::new(0));
}
