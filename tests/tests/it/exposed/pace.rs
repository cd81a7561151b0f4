//! `rate_limit(&knob)`: the beat changes while items wait for it.

use std::{cell::RefCell, time::Duration};

use flow_runtime::{flow, inspect::Knob};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// The seconds at which items pass, by a knob that is turned at some of them.
async fn passed(first: Duration, items: usize, turns: &[(u64, Duration)]) -> Vec<f64> {
    let (knob, begin) = (Knob::new(first), Instant::now());
    let times = RefCell::new(Vec::new());
    let flow = flow! {
        from(0..items) -> rate_limit(&knob) -> for_each(|_| times.borrow_mut().push(begin.elapsed().as_secs_f64()))
    };
    let turn = async {
        for (at, every) in turns {
            tokio::time::sleep_until(begin + SECOND * u32::try_from(*at).unwrap()).await;
            knob.set(*every).unwrap();
        }
    };
    tokio::join!(flow.run(), turn);
    times.into_inner()
}

#[tokio::test(start_paused = true)]
async fn a_knob_that_is_not_turned_is_a_plain_beat() {
    assert_eq!(passed(SECOND, 4, &[]).await, [0.0, 1.0, 2.0, 3.0]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_due_by_the_new_time() {
    // After the first the next is due in an hour, then at once; no lateness is made up.
    let times = passed(HOUR, 4, &[(5, 2 * SECOND)]).await;
    assert_eq!(times, [0.0, 5.0, 7.0, 9.0]);
    // Due later in the time that is left.
    let times = passed(10 * SECOND, 3, &[(4, 6 * SECOND)]).await;
    assert_eq!(times, [0.0, 6.0, 12.0]);
    // Due later than before.
    let times = passed(2 * SECOND, 3, &[(1, 5 * SECOND)]).await;
    assert_eq!(times, [0.0, 5.0, 10.0]);
}

#[tokio::test(start_paused = true)]
async fn zero_lets_all_pass() {
    let times = passed(HOUR, 5, &[(3, Duration::ZERO)]).await;
    assert_eq!(times, [0.0, 3.0, 3.0, 3.0, 3.0]);
}

#[tokio::test(start_paused = true)]
async fn every_copy_of_a_chain_hears_of_a_turn() {
    let (knob, begin) = (Knob::new(HOUR), Instant::now());
    let flow = flow! {
        from(0..6) -> by_key(|x| x % 2) { rate_limit(&knob) } -> sum::<u32>()
    };
    let turn = async {
        sleep(SECOND).await;
        knob.set(SECOND).unwrap();
    };
    let (sum, ()) = tokio::join!(flow.run(), turn);
    assert_eq!(sum, 15);
    assert!(begin.elapsed() < 6 * SECOND, "{:?}", begin.elapsed());
}
