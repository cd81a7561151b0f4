//! Branches that are awaited at the same time, and meet again: observed or not, they compile, and
//! give the same.

use flow_runtime::flow;
use tokio::task::yield_now;

use super::ended;
use crate::guard::within;

async fn later(n: u32) -> u32 {
    yield_now().await;
    n
}

async fn odd(n: u32) -> Result<u32, u32> {
    yield_now().await;
    (n % 2 == 1).then_some(n).ok_or(n)
}

/// Runs two branches of one source that meet, without and with `#![observe]`, and compares what
/// has come of both.
macro_rules! the_same {
    ($($meets:tt)*) => {{
        let plain = flow! {
            all = from(1..20_u32) -> map(|n| n);
            left = all -> then(later);
            right = all -> then(later);
            some = all -> then(odd)? else drop;
            $($meets)* -> map(|met| format!("{met:?}")) -> collect::<Vec<_>>()
        };
        let plain = within(plain.run()).await;
        let observed = flow! {
            #![observe]
            all = from(1..20_u32) -> map(|n| n);
            left = all -> then(later);
            right = all -> then(later);
            some = all -> then(odd)? else drop;
            $($meets)* -> map(|met| format!("{met:?}")) -> collect::<Vec<_>>()
        };
        let watch = observed.watch();
        assert_eq!(plain, within(observed.run()).await);
        assert_eq!(ended(&watch), "done");
        plain.len()
    }};
}

#[tokio::test]
async fn awaited_branches_meet_at_every_fan_in() {
    assert_eq!(
        the_same!(left -> drain(); met = union(right, some); met),
        29
    );
    assert_eq!(the_same!(some -> drain(); met = zip(left, right); met), 19);
    assert_eq!(
        the_same!(right -> drain(); met = zip(left, some -> map(|n| n), capacity = 50)? else drop; met),
        10
    );
    assert_eq!(
        the_same!(some -> drain(); met = zip(left -> filter(|n| *n > 3), right, capacity = 50)? else drop; met),
        16
    );
    assert_eq!(
        the_same!(some -> drain(); met = zip_latest(left, right); met),
        19
    );
    assert_eq!(
        the_same!(left -> drain(); met = zip_latest(some, right); met),
        10
    );
    assert_eq!(
        the_same!(some -> drain(); met = combine_latest(left, right); met),
        19
    );
    assert_eq!(
        the_same!(some -> drain(); met = chain(left, right, capacity = 50)? else drop; met),
        38
    );
    let keyed = the_same! {
        some -> drain();
        met = merge_keyed(left -> map(|n| (n, 'l')), right -> map(|n| (n, 'r')))? else drop;
        met
    };
    assert_eq!(keyed, 19);
    let grouped = the_same! {
        right -> drain();
        met = cogroup(left -> map(|n| (n, 'l')), some -> map(|n| (n, 's')))? else drop;
        met
    };
    assert_eq!(grouped, 19);
}
