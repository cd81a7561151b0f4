//! Open ends that go on by turns: streams whose operators lend their futures something, and
//! iterators that go through what is left of an item.

use std::{
    cell::{Cell, RefCell},
    pin::pin,
    rc::Rc,
    task::Poll,
    time::Duration,
};

use flow_runtime::flow;
use futures::{StreamExt, future::poll_fn, poll, stream};
use tokio::{
    sync::mpsc,
    task::yield_now,
    time::{Instant, sleep},
};

/// A third of its futures are ready at once.
async fn waits(x: u32) -> u32 {
    for _ in 0..x % 3 {
        yield_now().await;
    }
    x
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn functions_lend_their_futures_what_they_keep() {
    let mut kept = String::new();
    let own = String::from("-");
    let push = async move |x: u32| {
        kept.push_str(&own);
        waits(x).await;
        kept.push_str(&x.to_string());
        kept.clone()
    };
    let flow = flow! { from(0..4_u32) -> then(waits) -> then(push) -> then(async |text| { yield_now().await; text }) };
    assert_eq!(
        flow.collect::<Vec<_>>().await,
        ["-0", "-0-1", "-0-1-2", "-0-1-2-3"]
    );
}

#[tokio::test]
async fn functions_may_be_known_by_a_bound() {
    fn thrice<Fut: Future<Output = u32>>(
        f: impl Fn(u32) -> Fut + Copy,
    ) -> impl futures::Stream<Item = u32> {
        flow! { from(0..9_u32) -> then(f) -> map(|x| x + 1) -> then(f) -> then(f) }
    }
    assert_eq!(
        thrice(waits).collect::<Vec<_>>().await,
        (1..10).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn what_is_filtered_is_not_awaited() {
    let called = RefCell::new(Vec::new());
    let calls = async |x: u32| {
        called.borrow_mut().push(x);
        waits(x).await
    };
    let flow = flow! {
        from(0..30_u32) -> filter(|x| x % 2 == 0) -> then(calls) -> filter_map(|x| (x % 3 == 0).then_some(x + 1))
            -> then(waits) -> skip(1) -> take(3) -> then(calls)
    };
    assert_eq!(flow.collect::<Vec<_>>().await, [7, 13, 19]);
    assert_eq!(
        *called.borrow(),
        [0, 2, 4, 6, 7, 8, 10, 12, 13, 14, 16, 18, 19]
    );
}

#[tokio::test]
async fn errors_leave_the_chain_between_two_futures() {
    let odd = Rc::new(RefCell::new(Vec::new()));
    let flow = flow! {
        even = from(0..7_u32) -> then(waits) -> then(async |x: u32| { yield_now().await; if x.is_multiple_of(2) { Ok(x) } else { Err(x) } })? else rejects
            -> then(waits);
        rejects = for_each(|x| odd.borrow_mut().push(x));
        even
    };
    assert_eq!(flow.collect::<Vec<_>>().await, [0, 2, 4, 6]);
    assert_eq!(*odd.borrow(), [1, 3, 5]);
    let flow = flow! { from(["1", "x", "3"]) -> map(str::parse::<u32>)? else drop -> then(waits) -> then(waits) };
    assert_eq!(flow.collect::<Vec<_>>().await, [1, 3]);
}

/// Fails for 3 where it is the place to fail.
fn fails_at(place: usize, here: usize, x: u32) -> Result<u32, Failed> {
    match place == here && x == 3 {
        true => Err(Failed(here)),
        false => Ok(x),
    }
}

async fn later(place: usize, here: usize, x: u32) -> Result<u32, Failed> {
    fails_at(place, here, waits(x).await)
}

#[derive(Debug, PartialEq)]
struct Failed(usize);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "failed at {}", self.0)
    }
}

impl std::error::Error for Failed {}

#[tokio::test]
async fn an_error_is_the_last_item_from_every_part_of_a_turn() {
    for place in 0..5 {
        let pulled = Cell::new(0);
        let source = (0..9).inspect(|_| pulled.set(pulled.get() + 1));
        let flow = flow! {
            from(source)
                -> map(|x| fails_at(place, 0, x))?
                -> then(|x| later(place, 1, x))?
                -> filter(|x| *x != 1)
                -> then(async |x| later(place, 2, x).await)?
                -> map(|x| fails_at(place, 3, x))?
        };
        let mut flow = pin!(flow);
        for good in [0, 2] {
            assert_eq!(flow.next().await.unwrap().unwrap(), good);
        }
        assert_eq!(pulled.get(), 3, "nothing is pulled ahead");
        match place {
            4 => {
                let rest: Vec<u32> = flow.by_ref().map(Result::unwrap).collect().await;
                assert_eq!(rest, [3, 4, 5, 6, 7, 8]);
            }
            _ => {
                let error = flow.next().await.unwrap().unwrap_err();
                assert_eq!(error.downcast_ref::<Failed>(), Some(&Failed(place)));
                assert_eq!(pulled.get(), 4);
            }
        }
        assert!(flow.next().await.is_none());
        assert!(flow.next().await.is_none());
    }
}

#[tokio::test]
async fn an_error_of_a_stream_is_of_the_users_type() {
    #[derive(Debug, PartialEq)]
    struct Own(usize);
    impl From<Failed> for Own {
        fn from(Failed(at): Failed) -> Self {
            Self(at)
        }
    }
    let items = stream::iter([Ok(0), Ok(1), Err(Failed(7)), Ok(2)]);
    let flow = flow! { #![error = Own] stream(items)? -> then(|x| later(9, 1, x))? };
    assert_eq!(flow.collect::<Vec<_>>().await, [Ok(0), Ok(1), Err(Own(7))]);
    let flow = flow! {
        #![error = Own]
        from(0..9) -> then(|x| later(1, 1, x), retry_if = |_| false, retry = 2)? else drop -> then(|x| later(2, 2, x))?
    };
    let given: Vec<Result<u32, Own>> = flow.collect().await;
    assert_eq!(given.len(), 8, "3 has gone");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_fails_is_dropped_while_it_waits() {
    let held = Rc::new(());
    let own = held.clone();
    let flow = flow! {
        from(0..9) -> then(move |x| { let own = own.clone(); async move {
            sleep(Duration::from_secs(x)).await;
            drop(own);
            if x < 3 { Ok(x) } else { Err(Failed(1)) }
        } })?
    };
    let mut flow = Box::pin(flow);
    assert_eq!(flow.next().await.unwrap().unwrap(), 0);
    assert!(poll!(flow.next()).is_pending());
    assert_eq!(
        Rc::strong_count(&held),
        3,
        "the function's own, and its future's"
    );
    drop(flow);
    assert_eq!(Rc::strong_count(&held), 1);
}

#[tokio::test]
async fn a_stream_is_the_source_of_what_awaits() {
    let source = || stream::iter(0..20_u32).then(waits);
    let flow =
        flow! { stream(source()) -> then(waits) -> then(async |x| waits(x + 1).await) -> take(5) };
    assert_eq!(flow.collect::<Vec<_>>().await, [1, 2, 3, 4, 5]);
    let mut flow = flow! { stream(source()) -> then(waits) -> filter(|x| x % 5 == 4) };
    assert_eq!(flow.next().await, Some(4));
    let mut flow = Box::new(flow);
    assert_eq!(flow.next().await, Some(9));
    assert_eq!(flow.next().await, Some(14));
    assert_eq!(
        (flow.next().await, flow.next().await, flow.next().await),
        (Some(19), None, None)
    );
}

#[tokio::test(start_paused = true)]
async fn what_comes_with_time_and_from_channels_is_awaited_behind() {
    let began = Instant::now();
    let lends = |text: String| {
        async move |x: u32| {
            sleep(Duration::from_millis(10)).await;
            format!("{text}{x}")
        }
    };
    let (tick, lend) = (Duration::from_secs(1), lends(String::from("t")));
    let flow = assert_send(
        flow! { interval(tick) -> enumerate() -> map(|(n, _)| n as u32) -> then(lend) -> take(3) },
    );
    assert_eq!(flow.collect::<Vec<_>>().await, ["t0", "t1", "t2"]);
    assert_eq!(began.elapsed(), Duration::from_millis(3010));

    let (sender, receiver) = mpsc::channel(4);
    let lend = lends(String::from("r"));
    let mut flow = flow! { receive(receiver) -> then(waits) -> then(lend) };
    assert_eq!(poll!(flow.next()), Poll::Pending);
    sender.send(5).await.unwrap();
    assert_eq!(flow.next().await.as_deref(), Some("r5"));
    drop(sender);
    assert_eq!((flow.next().await, flow.next().await), (None, None));
}

#[tokio::test]
async fn at_its_end_a_stream_drops_what_it_remembers() {
    let held = Rc::new(());
    let (of_function, of_map) = (held.clone(), held.clone());
    let lends = async move |x: u32| {
        let _held = &of_function;
        waits(x).await
    };
    let mut flow = pin!(
        flow! { from(0..3_u32) -> then(lends) -> map(move |x| { let _held = &of_map; x }) -> then(waits) }
    );
    assert_eq!(flow.next().await, Some(0));
    assert_eq!(Rc::strong_count(&held), 3);
    assert_eq!(poll!(flow.next()), Poll::Pending);
    assert_eq!(
        (flow.next().await, flow.next().await, flow.next().await),
        (Some(1), Some(2), None)
    );
    assert_eq!(Rc::strong_count(&held), 1);
}

#[tokio::test]
async fn a_stream_of_several_futures_may_be_sent_and_dropped_half_way() {
    let name = String::from("x");
    let lends = async move |x: u32| {
        yield_now().await;
        format!("{name}{x}")
    };
    let mut flow = assert_send(
        flow! { from(0..3_u32) -> then(waits) -> then(lends) -> then(async |text: String| { yield_now().await; text }) },
    );
    let (mut flow, first) = tokio::spawn(async move {
        let first = flow.next().await;
        (flow, first)
    })
    .await
    .unwrap();
    assert_eq!(first.as_deref(), Some("x0"));
    poll_fn(|cx| {
        assert!(flow.poll_next_unpin(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    drop(flow);
}

/// Compares a chain with what `Iterator` gives, and as far as one of them is pulled.
macro_rules! levels {
    ($($take:expr;)* => $chain:ident) => {$(
        let (by_flow, by_hand) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let flow: Vec<u32> = $chain::flow(&by_flow).take($take).collect();
        let hand: Vec<u32> = $chain::hand(&by_hand).take($take).collect();
        assert_eq!((flow, by_flow), (hand, by_hand));
    )*};
}

type Seen = RefCell<Vec<u32>>;

mod two_levels {
    use super::*;

    pub fn flow(seen: &Seen) -> impl Iterator<Item = u32> {
        flow! {
            from(0..6_u32) -> inspect(|x| seen.borrow_mut().push(*x)) -> flat_map(|x| (0..x).map(move |y| 10 * x + y))
                -> filter(|x| x % 3 != 0) -> inspect(|x| seen.borrow_mut().push(*x)) -> flat_map(|x| [x, x + 100])
                -> inspect(|x| seen.borrow_mut().push(*x))
        }
    }

    pub fn hand(seen: &Seen) -> impl Iterator<Item = u32> {
        let see = |x: &u32| seen.borrow_mut().push(*x);
        (0..6_u32)
            .inspect(see)
            .flat_map(|x| (0..x).map(move |y| 10 * x + y))
            .filter(|x| x % 3 != 0)
            .inspect(see)
            .flat_map(|x| [x, x + 100])
            .inspect(see)
    }
}

mod taken_between {
    use super::*;

    pub fn flow(seen: &Seen) -> impl Iterator<Item = u32> {
        flow! {
            from(0..) -> inspect(|x| seen.borrow_mut().push(*x)) -> flat_map(|x| [x, x, x + 1]) -> take(7) -> skip(1)
                -> map(|x| vec![x; 2]) -> flatten() -> step_by(2) -> flat_map(|x| x..) -> take_while(|x| *x < 40)
        }
    }

    pub fn hand(seen: &Seen) -> impl Iterator<Item = u32> {
        (0..)
            .inspect(|x| seen.borrow_mut().push(*x))
            .flat_map(|x| [x, x, x + 1])
            .take(7)
            .skip(1)
            .flat_map(|x| [x; 2])
            .step_by(2)
            .flat_map(|x| x..)
            .take_while(|x| *x < 40)
    }
}

#[test]
fn what_is_left_of_an_item_comes_before_the_next() {
    levels!(0; 1; 2; 5; 6; 11; 100; => two_levels);
    levels!(0; 1; 3; 39; 40; 41; 100; => taken_between);
}

#[test]
fn errors_are_dropped_between_levels() {
    let flow = flow! {
        from(["1 2", "x", "3"]) -> flat_map(|text| text.split(' ')) -> map(str::parse::<u32>)? else drop
            -> flat_map(|x| 0..x)
    };
    assert_eq!(flow.collect::<Vec<_>>(), [0, 0, 1, 0, 1, 2]);
}

#[test]
fn what_is_left_is_dropped_with_the_iterator() {
    let (held, pulled) = (Rc::new(()), Cell::new(0));
    let of_item = held.clone();
    let mut flow = flow! {
        from(0..9) -> flat_map(move |_| { let held = of_item.clone(); (0..3).inspect(move |_| { let _held = &held; }) })
            -> inspect(|_| pulled.set(pulled.get() + 1)) -> flat_map(|x| [x; 2])
    };
    assert_eq!(
        (flow.next(), flow.next(), flow.next()),
        (Some(0), Some(0), Some(1))
    );
    assert_eq!((Rc::strong_count(&held), pulled.get()), (3, 2));
    drop(flow);
    assert_eq!(Rc::strong_count(&held), 1);
}
