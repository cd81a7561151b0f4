//! `? else name` in chains within an element: errors leave them to a segment around.

use std::time::Duration;

use flow_runtime::flow;

use crate::messages::messages;

fn sorted(mut v: Vec<u32>) -> Vec<u32> {
    v.sort_unstable();
    v
}
fn odd(x: u32) -> Result<u32, u32> {
    if x.is_multiple_of(3) { Err(x) } else { Ok(x) }
}
fn small(x: u32) -> Result<u32, String> {
    if x > 90 { Err(x.to_string()) } else { Ok(x) }
}
macro_rules! sides {
    ($name:ident, scatter $($chain:tt)*) => { sides!(#[tokio::test] $name, scatter $($chain)*); };
    ($name:ident, $($chain:tt)*) => { sides!(#[tokio::test(start_paused = true)] $name, $($chain)*); };
    (#[$($test:tt)*] $name:ident, $($chain:tt)*) => {
        #[$($test)*]
        async fn $name() {
            let wanted = (1..=100).filter(|x| x % 3 != 0 && *x <= 90).collect::<Vec<u32>>();
            let third = (1..=100).filter(|x| x % 3 == 0).collect::<Vec<u32>>();
            let large = (91..=100).filter(|x| x % 3 != 0).collect::<Vec<u32>>();
            let (good, bad, worse) = flow! {
                good = from(1..=100) -> buffer(3) -> $($chain)* -> collect::<Vec<_>>();
                bad = map(|x: u32| x) -> collect::<Vec<_>>();
                worse = map(|s: String| s.parse::<u32>().unwrap()) -> collect::<Vec<_>>();
                (good, bad, worse)
            }.run().await;
            assert_eq!((sorted(good), sorted(bad), sorted(worse)), (wanted.clone(), third.clone(), large.clone()));
            let (log, m) = messages(100);
            let (good, bad, worse) = flow! {
                good = stream(futures::stream::iter(m), ack = true) -> $($chain)* -> collect::<Vec<_>>();
                bad = map(|x: u32| x) -> buffer(2) -> collect::<Vec<_>>();
                worse = map(|s: String| s.parse::<u32>().unwrap()) -> collect::<Vec<_>>();
                (good, bad, worse)
            }.run().await;
            assert_eq!((sorted(good), sorted(bad), sorted(worse)), (wanted, third, large));
            assert_eq!(*log.lock().unwrap(), (1..=100).collect::<Vec<_>>());
        }
    };
}
sides!(keys, by_key(|x| x % 7) { map(odd)? else bad -> map(small)? else worse });
sides!(keys_recent, by_key(|x| x % 7, capacity = 2) { partition(2) -> flatten() -> map(odd)? else bad -> map(small)? else worse });
sides!(keys_idle, by_key(|x| x % 7, idle = Duration::from_millis(2)) { partition(2) -> flatten() -> map(odd)? else bad -> map(small)? else worse });
sides!(keys_that_await, by_key(|x| x % 7) { then(async |x| odd(x))? else bad -> partition(2) -> flatten() -> map(small)? else worse });
sides!(keys_in_keys, by_key(|x| x % 7) { by_key(|x| x % 2) { map(odd)? else bad } -> map(small)? else worse });
sides!(keys_in_keys_that_await, by_key(|x| x % 7) { by_key(|x| x % 2) { then(async |x| odd(x))? else bad } -> map(small)? else worse });
sides!(scattered, scatter(2) -> map(odd)? else bad -> map(small)? else worse -> gather());
sides!(scattered_keys, scatter(2, by = |x| x % 5) -> by_key(|x| x % 2) { map(odd)? else bad -> partition(3) -> flatten() } -> map(small)? else worse -> gather(ordered = true));
sides!(an_error_of_the_element, by_key(|x| x % 7) { map(odd)? else bad -> map(small) }? else worse);
sides!(an_error_of_the_element_that_awaits, by_key(|x| x % 7) { then(async |x| odd(x))? else bad -> map(small) }? else worse);
sides!(in_an_arm, by_key(|x| x % 7) { match { x if x % 3 == 0 => map(|x: u32| odd(x))? else bad, _ => map(small)? else worse } });

#[test]
fn errors_meet_others_that_feed_the_segment() {
    let (good, bad) = flow! {
        good = from(1..=100) -> by_key(|x| x % 7) { map(odd)? else bad } -> count();
        bad = map(|x: u32| x);
        from([1_u32]) -> bad;
        all = bad -> count();
        (good, all)
    }
    .run();
    assert_eq!((good, bad), (67, 34));
}
