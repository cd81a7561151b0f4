//! Failures, and who hears of them.

use std::cell::RefCell;
use std::error::Error as StdError;
use std::fmt;
use std::num::ParseIntError;
use std::sync::mpsc as blocking;
use std::time::Duration;

use flow_runtime::{Error, ErrorKind, Retry, SendError, flow};
use tokio::time::{Instant, sleep};

use crate::guard::{drive, within};

#[derive(Debug, PartialEq)]
struct Odd(i32);

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is odd", self.0)
    }
}

impl StdError for Odd {}

fn even(x: i32) -> Result<i32, Odd> {
    if x % 2 == 0 { Ok(x) } else { Err(Odd(x)) }
}

mod bare {
    use super::*;

    #[test]
    fn the_first_error_ends_the_flow() {
        let mut seen = Vec::new();
        let flow = flow! { from([0, 2, 3, 4]) -> map(even)? -> for_each(|x| seen.push(x)) };
        let error: Error = flow.run().unwrap_err();
        assert_eq!(seen, [0, 2]);
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert_eq!(error.downcast_ref::<Odd>(), Some(&Odd(3)));
        assert!(error.to_string().contains("3 is odd"), "{error}");
        assert!(error.source().is_none(), "the text says all there is");
    }

    #[test]
    fn the_error_names_its_stage() {
        let named =
            flow! { readings = from([1]) -> map(even)? -> map(|x| x + 1); readings -> count() };
        let error = named.run().unwrap_err();
        assert_eq!(error.stage(), Some("readings"));
        assert!(error.to_string().contains("`readings`"), "{error}");
        assert!(error.location().unwrap().contains("errors.rs"));
        let error = flow! { from([1]) -> map(even)? -> count() }
            .run()
            .unwrap_err();
        assert_eq!(error.stage(), Some("map"));
    }

    #[test]
    fn nothing_fails() {
        let sum: Result<i32, Error> = flow! { from([0, 2]) -> map(even)? -> sum() }.run();
        assert_eq!(sum.unwrap(), 2);
    }

    #[test]
    fn error_types_mix() {
        let run = |text: &'static str| {
            flow! {
                numbers = from([text])
                    -> map(|text| if text.is_empty() { Err("empty") } else { Ok(text) })?
                    -> map(|text| text.parse::<i32>())?
                    -> map(even)?
                    -> map(|x| if x > 9 { Err(format!("{x} is large")) } else { Ok(x) })?
                    -> map(|x| if x < 0 { Err(Box::<dyn StdError + Send + Sync>::from("negative")) } else { Ok(x) })?
                    -> then_some_more;
                then_some_more = filter_map(|x| if x == 0 { None } else { Some(Ok::<_, std::io::Error>(x)) })?
                    -> accumulate(0, |sum, x| { *sum += x; Ok::<_, fmt::Error>(*sum) })?
                    -> flat_map(|x| [Ok(x), Err(Error::of(ErrorKind::Missing, "passed on"))])?
                    -> sum();
                then_some_more
            }
            .run()
        };
        assert!(run("x").unwrap_err().is::<ParseIntError>());
        assert!(run("7").unwrap_err().is::<Odd>());
        assert!(run("").unwrap_err().to_string().ends_with("empty"));
        assert!(run("10").unwrap_err().to_string().ends_with("10 is large"));
        assert!(run("-2").unwrap_err().to_string().ends_with("negative"));
        assert_eq!(run("0").unwrap(), 0);
        let passed = run("8").unwrap_err();
        assert_eq!(
            (passed.kind(), passed.stage()),
            (ErrorKind::Missing, Some("then_some_more"))
        );
    }

    #[test]
    fn any_source_may_fail() {
        let error = flow! { from([Ok(1), Err(Odd(2))])? -> count() }
            .run()
            .unwrap_err();
        assert!(error.is::<Odd>());
        let streamed = flow! { stream(futures::stream::iter([Ok(1), Err("no more")]))? -> count() };
        assert!(drive(streamed).is_err());
        let missing = flow! { lines("no/such/file")? -> count() }
            .run()
            .unwrap_err();
        let kind = missing
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind);
        assert_eq!(kind, Some(std::io::ErrorKind::NotFound));
        let nested = flow! { from([vec![Ok(1), Err(Odd(1))]]) -> flatten()? -> count() }.run();
        assert!(nested.is_err());
    }

    #[test]
    fn an_error_in_what_is_held_reaches_the_caller() {
        let check = |batch: &[i32]| {
            if batch.len() < 2 {
                Err("short")
            } else {
                Ok(())
            }
        };
        let flow = flow! { from(0..3) -> partition(2) -> map(|b| check(&b))? -> count() };
        assert!(flow.run().unwrap_err().to_string().ends_with("short"));
    }

    #[test]
    fn a_question_mark_ends_the_callers_function() {
        fn total(texts: &[&str]) -> Result<i32, Error> {
            let sum = flow! { from(texts) -> map(|text| text.parse::<i32>())? -> sum() }.run()?;
            Ok(sum)
        }
        assert_eq!(total(&["1", "2"]).unwrap(), 3);
        assert!(total(&["1", "x"]).is_err());
    }

    #[tokio::test]
    async fn an_asynchronous_function_fails() {
        let flow = flow! { checked = from([0, 1]) -> then(async |x| even(x))?; checked -> count() };
        let error = within(flow).await.unwrap_err();
        assert_eq!(error.stage(), Some("checked"));
        assert!(error.is::<Odd>());
    }
}

mod own_type {
    use super::*;

    #[derive(Debug)]
    enum Mine {
        Number(ParseIntError),
        Odd(Odd),
        Flow(Error),
        Io(std::io::Error),
    }

    macro_rules! froms {
        ($($from:ty => $variant:ident,)*) => {$(
            impl From<$from> for Mine {
                fn from(error: $from) -> Self {
                    Self::$variant(error)
                }
            }
        )*};
    }

    froms! {
        ParseIntError => Number,
        Odd => Odd,
        Error => Flow,
        std::io::Error => Io,
    }

    #[test]
    fn every_question_mark_converts() {
        let run = |text: &'static str| -> Result<i32, Mine> {
            flow! {
                #![error = Mine]
                from([text]) -> map(str::parse::<i32>)? -> map(even)? -> sum()
            }
            .run()
        };
        assert_eq!(run("2").unwrap(), 2);
        assert!(
            matches!(run("x"), Err(Mine::Number(error)) if error.to_string().contains("digit"))
        );
        assert!(matches!(run("3"), Err(Mine::Odd(Odd(3)))));
    }

    #[test]
    fn so_do_those_of_fan_ins_and_sinks() {
        let merged = flow! {
            #![error = Mine]
            merge_keyed(from([(2, 'a'), (1, 'b')]), from([(1, 'c')]))? -> count()
        };
        assert!(
            matches!(merged.run(), Err(Mine::Flow(error)) if error.kind() == ErrorKind::Unsorted)
        );
        let written = flow! {
            #![error = Mine]
            from([1]) -> write_lines("no/such/directory")?;
        };
        let not_found = std::io::ErrorKind::NotFound;
        assert!(matches!(written.run(), Err(Mine::Io(error)) if error.kind() == not_found));
        let each = flow! { #![error = Mine] from([1]) -> for_each(|x| even(x).map(drop))? };
        assert!(matches!(each.run(), Err(Mine::Odd(Odd(1)))));
        let folded = flow! {
            #![error = Mine]
            from([1]) -> fold(0, |sum, x| { *sum += even(x)?; Ok::<_, Odd>(()) })?
        };
        assert!(matches!(folded.run(), Err(Mine::Odd(Odd(1)))));
    }

    #[test]
    fn an_asynchronous_flow_in_several_regions() {
        let run = |last: i32| -> Result<usize, Mine> {
            drive(flow! {
                #![error = Mine]
                from(0..=last) -> then(async |x| even(x * 2), concurrency = 2)?
                    -> then(async |x| even(x / 2), concurrency = 2)? -> count()
            })
        };
        assert_eq!(run(0).unwrap(), 1);
        assert!(matches!(run(3), Err(Mine::Odd(Odd(1)))));
    }

    #[test]
    fn a_boxed_error_is_a_type_as_any() {
        let run = flow! {
            #![error = Box<dyn StdError + Send + Sync>]
            from(["x"]) -> map(str::parse::<i32>)? -> count()
        };
        assert!(run.run().unwrap_err().is::<ParseIntError>());
    }
}

mod diverted {
    use super::*;

    #[test]
    fn errors_go_to_a_segment_and_the_flow_goes_on() {
        let (good, bad) = flow! {
            good = from(0..5) -> map(even)? else odd -> collect::<Vec<_>>();
            odd = map(|odd| odd.0) -> collect::<Vec<_>>();
            (good, odd)
        }
        .run();
        assert_eq!(good, [0, 2, 4]);
        assert_eq!(bad, [1, 3]);
    }

    #[test]
    fn errors_are_typed_as_they_are() {
        let mut first: Option<Odd> = None;
        flow! {
            from(0..5) -> map(even)? else odd -> drain();
            odd = take(1) -> for_each(|odd| first = Some(odd));
        }
        .run();
        assert_eq!(first, Some(Odd(1)));
    }

    #[test]
    fn a_flow_may_divert_and_fail() {
        let flow = flow! {
            from(0..5) -> map(even)? else odd -> drain();
            odd = map(|odd| if odd.0 == 3 { Err("three") } else { Ok(()) })? -> count();
            odd
        };
        assert!(flow.run().unwrap_err().to_string().ends_with("three"));
    }

    #[test]
    fn a_branch_of_errors() {
        let (shown, count) = flow! {
            odd = map(|odd| odd.to_string());
            from(0..5) -> map(even)? else odd -> drain();
            shown = odd -> collect::<Vec<_>>();
            count = odd -> count();
            (shown, count)
        }
        .run();
        assert_eq!(shown, ["1 is odd", "3 is odd"]);
        assert_eq!(count, 2);
    }

    #[test]
    fn of_a_concurrent_function() {
        let (good, bad) = drive(flow! {
            good = from(0..5) -> then(async |x| even(x), concurrency = 3)? else odd -> collect::<Vec<_>>();
            odd = then(async |odd| odd.0, concurrency = 2) -> collect::<Vec<_>>();
            (good, odd)
        });
        assert_eq!(good, [0, 2, 4]);
        assert_eq!(bad, [1, 3]);
    }

    #[test]
    fn of_a_concurrent_function_to_where_items_are() {
        let all = drive(flow! {
            from(0..4) -> then(async |x| even(x), concurrency = 3)? else odd -> all;
            odd = map(|odd| odd.0 * 100);
            odd -> all;
            from([7]) -> all;
            all = fold(0, |sum, x| *sum += x);
            all
        });
        assert_eq!(all, 2 + 400 + 7);
    }
}

mod sinks {
    use super::*;

    #[test]
    fn for_each_and_fold() {
        let mut seen = Vec::new();
        let error = flow! {
            checked = from([0, 1, 2]) -> for_each(|x| { seen.push(even(x)?); Ok::<_, Odd>(()) })?;
        }
        .run()
        .unwrap_err();
        assert_eq!((error.stage(), error.is::<Odd>()), (Some("checked"), true));
        assert_eq!(seen, [0]);
        let sum: Result<i32, Error> = flow! {
            from([0, 2]) -> fold(0, |sum, x| { *sum += even(x)?; Ok::<_, Odd>(()) })?
        }
        .run();
        assert_eq!(sum.unwrap(), 2);
    }

    #[test]
    fn sink() {
        let error = drive(flow! { from([1]) -> sink(async |x| even(x).map(drop))? }).unwrap_err();
        assert!(error.is::<Odd>());
        assert!(drive(flow! { from([2]) -> sink(async |x| even(x).map(drop))? }).is_ok());
    }

    #[test]
    fn collect() {
        let all = flow! { from([0, 2]) -> map(even) -> collect::<Result<Vec<_>, _>>()? };
        assert_eq!(all.run().unwrap(), [0, 2]);
        let error =
            flow! { all = from([0, 1]) -> map(even) -> collect::<Result<Vec<_>, _>>()?; all }
                .run()
                .unwrap_err();
        assert_eq!((error.stage(), error.is::<Odd>()), (Some("all"), true));
        let unwanted = flow! { from([1]) -> map(even) -> collect::<Result<Vec<_>, _>>()?; };
        assert!(unwanted.run().is_err());
    }

    #[test]
    fn send() {
        let (tx, rx) = blocking::channel::<i32>();
        drop(rx);
        let error = flow! { out = from([1]) -> send(tx)?; }.run().unwrap_err();
        assert_eq!(error.stage(), Some("out"));
        assert!(error.is::<SendError<i32>>());
        let (tx, rx) = blocking::channel::<i32>();
        let count = flow! { x = from([1]); x -> send(tx)?; x -> count() }.run();
        assert_eq!((count.unwrap(), rx.recv()), (1, Ok(1)));
    }

    #[tokio::test]
    async fn send_into_a_channel_that_waits() {
        let (tx, mut rx) = tokio::sync::mpsc::channel(1);
        let receive = async move {
            let first = rx.recv().await;
            drop(rx);
            first
        };
        let run = within(flow! { from(0..) -> send(tx)? });
        let (sent, first) = tokio::join!(run, receive);
        assert_eq!(first, Some(0));
        assert!(sent.unwrap_err().is::<SendError<i32>>());
    }

    #[test]
    fn write_lines() {
        let error = flow! { log = from([1]) -> write_lines("no/such/directory")?; }
            .run()
            .unwrap_err();
        assert_eq!(error.stage(), Some("log"));
        assert!(error.is::<std::io::Error>());
    }

    #[test]
    fn one_sink_fails_and_what_others_were_given_stays() {
        let (tx, rx) = blocking::channel();
        let error = flow! {
            items = from(0..5);
            items -> send(tx)?;
            items -> map(|x| even(x * x))? -> drain();
        }
        .run()
        .unwrap_err();
        assert!(error.is::<Odd>());
        assert_eq!(rx.iter().collect::<Vec<_>>(), [0, 1]);
    }
}

mod behind_cuts {
    use super::*;

    #[test]
    fn an_error_upstream_reaches_the_caller_and_what_was_accepted_is_delivered() {
        let delivered = RefCell::new(Vec::new());
        let flow = flow! {
            numbers = from(0..10) -> map(|x| if x < 7 { Ok(x) } else { Err(format!("{x}")) })?;
            numbers
                -> then(async |x| { sleep(Duration::from_millis(10)).await; x }, concurrency = 3)
                -> sink(async |x| { sleep(Duration::from_millis(50)).await; delivered.borrow_mut().push(x) })
        };
        let error = drive(flow).unwrap_err();
        assert_eq!(error.stage(), Some("numbers"));
        assert_eq!(delivered.into_inner(), [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn an_error_downstream_reaches_the_caller_and_ends_the_source() {
        let pulled = RefCell::new(0);
        let flow = flow! {
            from(0..) -> inspect(|_| *pulled.borrow_mut() += 1)
                -> then(async |x| { sleep(Duration::from_millis(10)).await; x }, concurrency = 3)
                -> map(|x| if x < 5 { Ok(x) } else { Err(Odd(x)) })? -> drain()
        };
        let error = drive(flow).unwrap_err();
        assert_eq!(error.downcast_ref::<Odd>(), Some(&Odd(5)));
        assert!(pulled.into_inner() < 20);
    }

    #[test]
    fn an_error_of_the_function_itself() {
        for ordered in [true, false] {
            let run = |delivered: &RefCell<Vec<i32>>| {
                let job = async |x| {
                    sleep(Duration::from_millis(10 * x as u64)).await;
                    if x == 3 { Err(Odd(x)) } else { Ok(x) }
                };
                let deliver = |x| delivered.borrow_mut().push(x);
                if ordered {
                    drive(flow! { from(0..30) -> then(job, concurrency = 4)? -> for_each(deliver) })
                } else {
                    drive(flow! {
                        from(0..30) -> then(job, concurrency = 4, ordered = false)? -> for_each(deliver)
                    })
                }
            };
            let delivered = RefCell::new(Vec::new());
            let error = run(&delivered).unwrap_err();
            assert_eq!(error.downcast_ref::<Odd>(), Some(&Odd(3)));
            // What was taken when the error arose goes through.
            assert_eq!(delivered.into_inner(), [0, 1, 2, 4, 5, 6, 7]);
        }
    }

    #[test]
    fn an_error_between_two_cuts() {
        let delivered = RefCell::new(Vec::new());
        let flow = flow! {
            from(0..) -> then(async |x| { sleep(Duration::from_millis(10)).await; x }, concurrency = 3)
                -> map(|x| if x < 8 { Ok(x) } else { Err(Odd(x)) })?
                -> then(async |x| { sleep(Duration::from_millis(100)).await; x }, concurrency = 2)
                -> for_each(|x| delivered.borrow_mut().push(x))
        };
        assert!(drive(flow).is_err());
        assert_eq!(delivered.into_inner(), [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn an_error_in_one_branch_leaves_what_the_other_was_given() {
        let delivered = RefCell::new(0);
        let flow = flow! {
            items = from(0..6);
            slow = items -> then(async |x| { sleep(Duration::from_millis(100)).await; x }, concurrency = 2);
            slow -> for_each(|_| *delivered.borrow_mut() += 1);
            items -> map(|x| if x < 5 { Ok(()) } else { Err(Odd(x)) })? -> drain();
        };
        let error = drive(flow).unwrap_err();
        assert_eq!(error.downcast_ref::<Odd>(), Some(&Odd(5)));
        assert_eq!(delivered.into_inner(), 6);
    }
}

mod retry_and_timeout {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_deadline_for_each_call() {
        let start = Instant::now();
        let slow = async |x: u64| {
            sleep(Duration::from_millis(100 * x)).await;
            Ok::<_, Odd>(x)
        };
        let (good, late) = within(flow! {
            good = from([1, 9, 2]) -> then(slow, timeout = Duration::from_millis(500))? else late
                -> collect::<Vec<_>>();
            late = map(|error| error.kind()) -> collect::<Vec<_>>();
            (good, late)
        })
        .await;
        assert_eq!(good, [1, 2]);
        assert_eq!(late, [ErrorKind::Timeout]);
        assert_eq!(start.elapsed(), Duration::from_millis(800));
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_ends_the_flow() {
        let flow = flow! {
            answers = from([1]) -> then(async |_| std::future::pending::<Result<(), Odd>>().await, timeout = Duration::from_secs(1), concurrency = 2)?;
            answers -> count()
        };
        let error = within(flow).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.stage()),
            (ErrorKind::Timeout, Some("answers"))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_fails_is_tried_again() {
        let mut attempts = Vec::new();
        let start = Instant::now();
        let all = within(flow! {
            from([1, 2])
                -> then(|x| { attempts.push(x); let n = attempts.len(); async move { if n % 3 == 0 { Ok(x) } else { Err(Odd(x)) } } },
                    retry = Retry::times(2).fixed(Duration::from_secs(1)))?
                -> collect::<Vec<_>>()
        })
        .await;
        assert_eq!(all.unwrap(), [1, 2]);
        assert_eq!(attempts, [1, 1, 1, 2, 2, 2]);
        assert_eq!(start.elapsed(), Duration::from_secs(4));
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_error_is_given() {
        let attempts = RefCell::new(0);
        let flow = flow! {
            from([5]) -> then(async |x| { *attempts.borrow_mut() += 1; Err::<(), _>(Odd(x)) }, retry = 3)? -> count()
        };
        let error = within(flow).await.unwrap_err();
        assert!(error.is::<Odd>());
        assert_eq!(attempts.into_inner(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn together_and_concurrent() {
        let attempts = RefCell::new(0);
        let start = Instant::now();
        let job = async |x: u64| {
            *attempts.borrow_mut() += 1;
            let first = *attempts.borrow() <= 4;
            sleep(if first {
                Duration::from_secs(60)
            } else {
                Duration::from_secs(x)
            })
            .await;
            Ok::<_, Odd>(x)
        };
        let results = within(flow! {
            from(1..=4) -> then(job, concurrency = 4, timeout = Duration::from_secs(10), retry = Retry::times(1).fixed(Duration::ZERO))?
                -> collect::<Vec<_>>()
        })
        .await;
        assert_eq!(results.unwrap(), [1, 2, 3, 4]);
        assert_eq!(attempts.into_inner(), 8);
        assert_eq!(start.elapsed(), Duration::from_secs(14));
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_the_policy_covers() {
        let attempts = RefCell::new(0);
        let policy = Retry::times(9).when(|error| error.is::<std::io::Error>());
        let flow = flow! {
            from([1]) -> then(async |x| { *attempts.borrow_mut() += 1; Err::<(), _>(Odd(x)) }, retry = policy)? -> count()
        };
        assert!(within(flow).await.is_err());
        assert_eq!(attempts.into_inner(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_that_nobody_unwraps() {
        let results: Vec<Result<i32, Error>> = within(flow! {
            from([1, 2]) -> then(async |x| even(x), retry = 1, timeout = Duration::from_secs(1)) -> collect()
        })
        .await;
        assert!(results[0].is_err() && results[1].is_ok());
    }
}
