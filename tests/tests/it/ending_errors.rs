//! An error that ends a flow is an end of input, in every form and wherever it arises:
//! nothing more is pulled, what was taken goes through, what is held leaves, and then
//! the first error is given.

use std::{cell::RefCell, time::Duration};

use flow_runtime::{Error, flow};
use futures::StreamExt;
use tokio::time::{Instant, sleep};

use crate::guard::within;

/// The numbers of some texts, of which some are none.
const TEXTS: [&str; 5] = ["1", "2", "3", "x", "5"];

fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

/// Runs a flow of batches and says what came.
macro_rules! came {
    ($($flow:tt)*) => {{
        let came = RefCell::new(Vec::<Vec<u32>>::new());
        let outcome: Result<(), Error> = flow! {
            $($flow)* -> for_each(|batch| came.borrow_mut().push(batch.to_vec()));
        }
        .run();
        (came.into_inner(), outcome.unwrap_err())
    }};
}

/// As [`came`], of a flow that awaits.
macro_rules! came_later {
    ($($flow:tt)*) => {{
        let came = RefCell::new(Vec::<Vec<u32>>::new());
        let flow = flow! {
            $($flow)* -> for_each(|batch| came.borrow_mut().push(batch.to_vec()));
        };
        let outcome: Result<(), Error> = within(flow.run()).await;
        (came.into_inner(), outcome.unwrap_err())
    }};
}

#[test]
fn what_a_batch_holds_leaves() {
    let (came, error) = came!(from(TEXTS) -> map(parse)? -> partition(2));
    assert_eq!(came, [vec![1, 2], vec![3]]);
    assert_eq!(error.stage(), Some("map"));
    let (came, _) = came!(from(TEXTS) -> map(parse)? -> partition(2) -> map(|b| b) -> partition(2) -> map(|b| b.iter().flatten().copied().collect::<Vec<_>>()));
    assert_eq!(came, [vec![1, 2, 3]]);
}

#[test]
fn what_any_operator_holds_leaves() {
    let (came, _) =
        came!(from(TEXTS) -> map(parse)? -> group_by(|n| n / 10) -> map(|(_, run)| run));
    assert_eq!(came, [vec![1, 2, 3]]);
    let (came, _) =
        came!(from(TEXTS) -> map(parse)? -> window_by(|n| vec![n / 2]) -> map(|(_, run)| run));
    assert_eq!(came, [vec![1], vec![2, 3]]);
    let (came, _) = came!(from(TEXTS) -> map(parse)? -> by_key(|n| n % 2) { partition(5) });
    assert_eq!(came, [vec![1, 3], vec![2]]);
    let (came, _) = came!(from(TEXTS) -> map(parse)? -> via(flow! { <u32> -> partition(2) }));
    assert_eq!(came, [vec![1, 2], vec![3]]);
}

#[test]
fn five_in_a_row_leave_each_through_the_next() {
    let flat = |batch: &[Vec<u32>]| batch.concat();
    let (came, _) = came!(
        from(TEXTS) -> map(parse)? -> map(|n| vec![n])
            -> partition(2) -> map(|b| flat(&b)) -> partition(2) -> map(|b| flat(&b))
            -> partition(3) -> map(|b| flat(&b)) -> partition(2) -> map(|b| flat(&b))
            -> partition(2) -> map(|b| flat(&b))
    );
    assert_eq!(came, [vec![1, 2, 3]]);
}

#[test]
fn an_error_of_what_leaves_at_the_end_lets_the_rest_leave() {
    let came = RefCell::new(Vec::new());
    let error: Error = flow! {
        from([1, 2, 3, 4, 5, 6])
            -> partition(2, by = |n| n % 4)
            -> map(|batch| if batch[0] == 3 { Err("three") } else { Ok(batch) })?
            -> for_each(|batch| came.borrow_mut().push(batch.to_vec()));
    }
    .run()
    .unwrap_err();
    assert!(error.to_string().ends_with(": three"), "{error}");
    assert_eq!(came.into_inner(), [vec![1, 5], vec![2, 6], vec![4]]);
}

#[test]
fn the_first_error_has_those_of_the_end_behind_it() {
    let error: Error = flow! {
        from(TEXTS) -> map(parse)? -> partition(2) -> map(|batch| if batch.len() == 1 { Err("short") } else { Ok(batch) })? -> drain()
    }
    .run()
    .unwrap_err();
    assert!(error.find::<std::num::ParseIntError>().is_some());
    let others: Vec<String> = error.others().iter().map(ToString::to_string).collect();
    assert!(
        others.len() == 1 && others[0].ends_with(": short"),
        "{others:?}"
    );
}

#[test]
fn an_iterator_gives_what_is_held_and_then_the_error() {
    let all: Vec<Result<Vec<u32>, Error>> =
        flow! { from(TEXTS) -> map(parse)? -> partition(2) -> map(|batch| batch.to_vec()) }
            .collect();
    let good: Vec<_> = all.iter().flatten().cloned().collect();
    assert_eq!(good, [vec![1, 2], vec![3]]);
    assert!(all[2].is_err() && all.len() == 3);
}

#[tokio::test]
async fn a_stream_gives_what_is_held_and_then_the_error() {
    let flow = flow! {
        from(TEXTS) -> buffer(2) -> map(parse)? -> buffer(2) -> partition(2) -> map(|batch| batch.to_vec())
    };
    let all: Vec<Result<Vec<u32>, Error>> = within(flow.collect()).await;
    let good: Vec<_> = all.iter().flatten().flatten().copied().collect();
    assert_eq!(good[..3], [1, 2, 3]);
    assert!(all.last().unwrap().is_err());
    assert_eq!(all.iter().filter(|each| each.is_err()).count(), 1);
}

#[test]
fn a_piece_goes_on_and_the_flow_around_it_ends() {
    let piece = || flow! { <&'static str> -> map(parse)? -> partition(2) };
    let (came, error) = came!(from(TEXTS) -> via(piece())?);
    assert_eq!(came, [vec![1, 2], vec![3]]);
    assert!(error.find::<std::num::ParseIntError>().is_some());
    let errors = RefCell::new(0);
    let came: Vec<Vec<u32>> = flow! {
        good = from(TEXTS) -> via(piece())? else bad;
        bad = for_each(|_| *errors.borrow_mut() += 1);
        good -> map(|batch| batch.to_vec()) -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(
        (came, errors.into_inner()),
        (vec![vec![1, 2], vec![3, 5]], 1)
    );
}

#[test]
fn nothing_more_is_pulled_of_any_source() {
    let pulled = RefCell::new(0);
    let (came, _) = came!(
        a = from(TEXTS) -> map(parse)?;
        b = from(100..) -> inspect(|_| *pulled.borrow_mut() += 1);
        union(a, b) -> partition(100)
    );
    assert_eq!(came.len(), 1);
    assert!((3..=4).contains(&*pulled.borrow()), "{pulled:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_between_the_source_and_the_error_goes_through() {
    let pulled = RefCell::new(0);
    let (came, error) = came_later!(
        from(1..) -> inspect(|_| *pulled.borrow_mut() += 1) -> buffer(4)
            -> map(|n| if n == 3 { Err("three") } else { Ok(n) })? -> buffer(4) -> partition(2)
    );
    assert_eq!(error.stage(), Some("map"));
    let all: Vec<u32> = came.concat();
    let expected: Vec<u32> = (1..=*pulled.borrow()).filter(|n| *n != 3).collect();
    assert_eq!(all, expected);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_waits_for_ever_holds_nothing_up() {
    let (came, _) = came_later!(
        a = from(TEXTS) -> then(async |text| { sleep(Duration::from_secs(1)).await; parse(text) })?;
        b = stream(futures::stream::pending());
        c = interval(Duration::from_secs(86400)) -> map(|_| 0);
        union(a, b, c) -> partition(2)
    );
    assert_eq!(came, [vec![1, 2], vec![3]]);
}

#[tokio::test(start_paused = true)]
async fn jobs_beside_the_failed_one_finish_unless_they_are_cancelled() {
    let job = async |n: u32| {
        sleep(Duration::from_millis(u64::from(n) * 10)).await;
        if n == 1 { Err("one") } else { Ok(n) }
    };
    let (came, _) = came_later!(from(1..=3) -> then(job, concurrency = 3)? -> partition(9));
    assert_eq!(came, [vec![2, 3]]);
    let came = RefCell::new(Vec::new());
    let start = tokio::time::Instant::now();
    let flow = flow! {
        #![on_error = cancel]
        from(0..9) -> then(job, concurrency = 3)? -> partition(9) -> for_each(|batch| came.borrow_mut().push(batch.to_vec()));
    };
    let error: Error = within(flow.run()).await.unwrap_err();
    assert!(error.to_string().ends_with(": one"), "{error}");
    assert_eq!(start.elapsed(), Duration::from_millis(10));
    assert_eq!(came.into_inner(), [vec![0]]);
}

#[tokio::test(start_paused = true)]
async fn branches_that_await_tell_their_errors_and_what_is_held_leaves() {
    let held = RefCell::new(Vec::new());
    let flow = flow! {
        n = from(1..9) -> inspect(|_| ());
        n -> partition(9) -> for_each(|batch| held.borrow_mut().push(batch.to_vec()));
        n -> then(async |n| { sleep(Duration::from_millis(1)).await; if n == 3 { Err("a") } else { Ok(n) } })? -> drain();
        n -> then(async |n| { sleep(Duration::from_millis(2)).await; if n == 3 { Err("b") } else { Ok(n) } })? -> drain();
    };
    let error: Error = within(flow.run()).await.unwrap_err();
    assert!(error.to_string().ends_with(": a"), "{error}");
    assert_eq!(error.others().len(), 1);
    assert_eq!(held.into_inner(), [vec![1, 2, 3]]);
}

#[test]
fn lines_that_were_written_before_the_error_are_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lines");
    let outcome: Result<(), Error> = flow! {
        from(TEXTS) -> map(parse)? -> map(|n| n.to_string()) -> write_lines(&path)?;
    }
    .run();
    assert!(outcome.is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\n2\n3\n");
}

#[test]
fn an_error_of_the_users_own_type_ends_the_input_as_well() {
    #[derive(Debug, PartialEq)]
    struct Mine(String);
    impl From<std::num::ParseIntError> for Mine {
        fn from(error: std::num::ParseIntError) -> Self {
            Self(error.to_string())
        }
    }
    let came = RefCell::new(Vec::new());
    let outcome = flow! {
        #![error = Mine]
        from(TEXTS) -> map(parse)? -> partition(2) -> for_each(|batch| came.borrow_mut().push(batch.len()));
    }
    .run();
    assert_eq!(outcome, Err(Mine("invalid digit found in string".into())));
    assert_eq!(came.into_inner(), [2, 1]);
}

/// Fails for one number.
fn but_seven(x: u32) -> Result<u32, Error> {
    match x {
        7 => Err(Error::of(flow_runtime::ErrorKind::Failed, "seven")),
        x => Ok(x),
    }
}

const UNSORTED: [u32; 7] = [5, 9, 7, 11, 30, 12, 40];

#[test]
fn what_leaves_an_operator_together_with_the_failing_item_goes_through() {
    let (seen, pulled) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let source = || {
        UNSORTED
            .into_iter()
            .inspect(|x| pulled.borrow_mut().push(*x))
    };
    let see = |x: u32| seen.borrow_mut().push(x);
    let outcome = flow! {
        from(source()) -> in_order(|x| *x, late = 5)? else drop -> map(but_seven)? -> for_each(see)
    };
    assert!(outcome.run().is_err());
    assert_eq!(seen.take(), [5, 9, 11, 30]);
    // Nothing more was pulled.
    assert_eq!(pulled.take(), UNSORTED[..5]);
}

#[tokio::test]
async fn what_leaves_together_goes_through_in_flows_that_await() {
    let seen = RefCell::new(Vec::new());
    let see = |x: u32| seen.borrow_mut().push(x);
    let outcome = flow! {
        from(UNSORTED) -> in_order(|x| *x, late = 5)? else drop -> then(async |x| but_seven(x))?
            -> for_each(see)
    };
    assert!(within(outcome.run()).await.is_err());
    assert_eq!(seen.take(), [5, 9, 11, 30]);
    let items = flow! {
        stream(futures::stream::iter(UNSORTED)) -> in_order(|x| *x, late = 5)? else drop
            -> then(async |x| but_seven(x))?
    };
    let items: Vec<Option<u32>> = within(items.map(Result::ok).collect::<Vec<_>>()).await;
    assert_eq!(items, [Some(5), Some(9), Some(11), Some(30), None]);
    let items =
        flow! { from(UNSORTED) -> in_order(|x| *x, late = 5)? else drop -> map(but_seven)? };
    let items: Vec<Option<u32>> = items.map(Result::ok).collect();
    assert_eq!(items, [Some(5), Some(9), Some(11), Some(30), None]);
}

/// Runs jobs of which 0 takes an hour and 1 fails after 10 ms; says which were begun by then, how
/// many in all, and when the error was given.
macro_rules! begun {
    ($(#![$inner:ident = $value:ident])? $concurrency:literal $(, $option:ident = $given:expr)*) => {{
        let (begun, clock) = (RefCell::new(Vec::new()), Instant::now());
        let job = async |x: u32| {
            begun.borrow_mut().push(clock.elapsed());
            sleep(match x { 0 => HOUR, _ => Duration::from_millis(10) }).await;
            if x == 1 { Err("one") } else { Ok(x) }
        };
        let flow = flow! {
            $(#![$inner = $value])?
            from(0..10_000_u32) -> then(job, concurrency = $concurrency $(, $option = $given)*)? -> count()
        };
        let error = flow.run().await.unwrap_err();
        assert_eq!(error.to_string().rsplit(": ").next(), Some("one"));
        let took = clock.elapsed();
        let all = begun.into_inner();
        (all.iter().filter(|at| **at < HOUR).count(), all.len(), took)
    }};
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn behind_a_job_that_failed_no_other_is_begun() {
    let (later, at_once) = (HOUR + Duration::from_millis(10), Duration::from_millis(10));
    // One was taken from the source already, and waits for its place: it goes through.
    assert_eq!(begun!(3), (3, 4, later));
    assert_eq!(begun!(50), (50, 51, later));
    let unordered = begun!(50, ordered = false);
    assert_eq!((unordered.1, unordered.2), (51, HOUR));
    // What runs beside it is dropped, also where it is before it in line.
    assert_eq!(begun!(#![on_error = cancel] 3), (3, 3, at_once));
    assert_eq!(begun!(#![on_error = cancel] 50), (50, 50, at_once));
    assert_eq!(
        begun!(#![on_error = cancel] 3, ordered = false),
        (3, 3, at_once)
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_done_before_a_job_that_failed_leaves_before_the_error() {
    let job = async |x: u64| {
        sleep(Duration::from_millis([5, 90, 20, 10, 1, 1][x as usize])).await;
        if x == 3 { Err("three") } else { Ok(x) }
    };
    let items = flow! { from(0..6) -> then(job, concurrency = 4)? };
    let items: Vec<Option<u64>> = items.map(Result::ok).collect().await;
    // 4 and 5 were begun before it failed.
    assert_eq!(items, [Some(0), Some(1), Some(2), Some(4), Some(5), None]);
    let seen = RefCell::new(Vec::new());
    let outcome = flow! {
        #![on_error = cancel]
        from(0..6) -> then(job, concurrency = 4)? -> for_each(|x| seen.borrow_mut().push(x))
    };
    assert!(within(outcome.run()).await.is_err());
    assert_eq!(seen.take(), [0], "1 and 2 have been dropped");
}

#[tokio::test(start_paused = true)]
async fn where_an_error_ends_nothing_jobs_go_on_to_be_begun() {
    let begun = RefCell::new(0);
    let job = async |x: u32| {
        *begun.borrow_mut() += 1;
        sleep(if x == 0 {
            HOUR
        } else {
            Duration::from_millis(10)
        })
        .await;
        if x % 2 == 1 { Err("odd") } else { Ok(x) }
    };
    let odd = flow! { odd = count(); from(0..9_u32) -> then(job, concurrency = 3)? else odd -> drain(); odd };
    assert_eq!((odd.run().await, begun.take()), (4, 9));
    let mut open = flow! { <u32> -> then(job, concurrency = 3)? -> count() };
    let mut failed = 0;
    for x in 0..9 {
        failed += usize::from(open.emit(x).await.is_err());
    }
    let rest = open.finish().await;
    assert_eq!(begun.take(), 9);
    assert!(failed > 0 || rest.is_err());
}
