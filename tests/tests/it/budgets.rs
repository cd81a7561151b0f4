//! Limits and budgets on artifacts, and budgets on functions: one that is used up ends
//! a flow, and all that was made is kept.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use flow_runtime::{Budget, ErrorKind, Limit, Retry, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[derive(Clone, Debug, PartialEq)]
enum Api {
    Busy(Duration),
    Broken,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Api {}

impl Api {
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy(wait) => Some(*wait),
            Self::Broken => None,
        }
    }

    fn is_transient(&self) -> bool {
        matches!(self, Self::Broken)
    }
}

/// The record that is kept.
#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
    dollars: f64,
}

/// A model that is asked, and what it was asked when.
struct Model {
    begin: Instant,
    calls: Mutex<Vec<(u32, Duration)>>,
    /// The answer to a question, by how often that was asked before.
    says: fn(u32, usize) -> Result<(), Api>,
}

impl Model {
    fn new(says: fn(u32, usize) -> Result<(), Api>) -> Self {
        Self {
            begin: Instant::now(),
            calls: Mutex::default(),
            says,
        }
    }

    async fn ask(&self, id: u32) -> Result<f64, Api> {
        let before = {
            let mut calls = self.calls.lock().unwrap();
            calls.push((id, self.begin.elapsed()));
            calls.iter().filter(|(each, _)| *each == id).count() - 1
        };
        (self.says)(id, before)?;
        sleep(ms(1000)).await;
        Ok(1.0)
    }

    fn calls(&self) -> usize {
        self.calls.lock().unwrap().len()
    }
}

/// Makes a missing one.
#[derived(key = id, version = 1)]
async fn answer(id: u32, model: &Model) -> Result<Answer, Api> {
    let dollars = model.ask(id).await?;
    Ok(Answer { id, dollars })
}

#[tokio::test(start_paused = true)]
async fn everything_together_as_the_page_has_it() {
    let account = Limit::adaptive(4..=64)
        .per_minute(500)
        .units_per_minute(200_000);
    let (spend, store) = (Budget::new(50.0), Store::<Answer>::memory());
    let model = Model::new(|id, before| match (id % 5, before) {
        (0, 0) => Err(Api::Busy(ms(500))),
        (1, 0) => Err(Api::Broken),
        _ => Ok(()),
    });
    let made = flow! {
        possible = from(0..40_u32) -> map(|id| DerivedAnswer::new(id, &model));
        failed = for_each(|e| panic!("{e}"));
        possible -> ensure(&store, limit = &account, units = |a| u64::from(a.id) + 10, refused = |e| e.find::<Api>()?.retry_after(),
            retry = 3, retry_if = |e| e.find::<Api>().is_some_and(Api::is_transient),
            budget = &spend, cost = |answer| answer.dollars)? else failed -> progress("answers") -> count()
    };
    assert_eq!(made.run().await.unwrap(), 40);
    assert_eq!((spend.spent(), spend.left()), (40.0, 10.0));
    assert_eq!(store.len().await.unwrap(), 40);
}

mod arguments {
    use super::*;

    /// The question, by value.
    #[derive(Clone)]
    struct Question {
        id: u32,
        text: String,
    }

    impl Question {
        fn tokens(&self) -> u64 {
            self.text.len() as u64
        }
    }

    /// Neither `Clone` nor `Sync`.
    struct Ticket(Cell<u32>);

    #[derived(key = question.id, as = Asked)]
    async fn asked(
        question: Question,
        key: u64,
        name: String,
        model: &Model,
        made: Option<u8>,
    ) -> Result<Answer, Api> {
        let _ = (key, name, made);
        let dollars = model.ask(question.id).await?;
        Ok(Answer {
            id: question.id,
            dollars,
        })
    }

    #[derived(key = id, as = Used)]
    async fn used(id: u32, ticket: Ticket) -> Answer {
        Answer {
            id,
            dollars: f64::from(ticket.0.get()),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn they_are_fields_of_what_is_derived() {
        let model = Model::new(|_, _| Ok(()));
        let account = Limit::fixed(9).units_per_minute(60);
        let store = Store::<Answer>::memory();
        let texts = ["four", "six...", "two"];
        let questions = (0..3_u32).map(|id| Question {
            id,
            text: texts[id as usize].to_owned(),
        });
        let flow = flow! {
            from(questions) -> map(|question| Asked::new(question, 0, "name".to_owned(), &model, None))
                -> ensure(&store, limit = &account, units = |a| a.question.tokens() + a.key + a.name.len() as u64 - 4 + u64::from(a.made.is_some()))?
                -> map(|ensured| ensured.key) -> collect::<Vec<_>>()
        };
        assert_eq!(flow.run().await.unwrap(), [0, 1, 2]);
        let times: Vec<_> = model
            .calls
            .lock()
            .unwrap()
            .iter()
            .map(|(_, at)| at.as_secs())
            .collect();
        assert_eq!(times, [0, 4, 10]);
        let asked = Asked::new(
            Question {
                id: 1,
                text: String::new(),
            },
            7,
            String::new(),
            &model,
            Some(1),
        );
        assert_eq!((asked.key, asked.question.id, *asked.made), (7, 1, Some(1)));
        assert_eq!(asked.model.calls(), 3);
        let used = Used::new(3, Ticket(Cell::new(5)));
        assert_eq!(used.id, 3);
        let spawned = tokio::spawn(async move { flow_runtime::Artifact::into_value(used).await });
        assert_eq!(spawned.await.unwrap().unwrap().dollars, 5.0);
    }
}

mod stored {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_stored_is_neither_paced_nor_paid() {
        let store = Store::<Answer>::memory();
        for id in (0..1000).filter(|id| id % 250 != 0) {
            store.put(&Answer { id, dollars: 1.0 }).await.unwrap();
        }
        let model = Model::new(|_, _| Ok(()));
        let (account, spend) = (Limit::fixed(8).per_minute(1), Budget::new(9.0));
        let made = flow! {
            from(0..1000_u32) -> map(|id| DerivedAnswer::new(id, &model))
                -> ensure(&store, limit = &account, budget = &spend, cost = |a| a.dollars)? -> count()
        };
        assert_eq!(made.run().await.unwrap(), 1000);
        let times: Vec<_> = model
            .calls
            .lock()
            .unwrap()
            .iter()
            .map(|(_, at)| at.as_secs())
            .collect();
        assert_eq!(times, [0, 60, 120, 180]);
        assert_eq!(spend.spent(), 4.0);
    }

    #[tokio::test(start_paused = true)]
    async fn nor_is_it_where_values_are_got() {
        let store = Store::<Answer>::memory();
        for id in 0..9 {
            store.put(&Answer { id, dollars: 1.0 }).await.unwrap();
        }
        let model = Model::new(|_, _| Ok(()));
        let (account, spend) = (Limit::fixed(8).per_minute(1), Budget::new(9.0));
        let got = flow! {
            possible = from(7..11_u32) -> map(|id| DerivedAnswer::new(id, &model));
            merge_keyed(possible, stored(&store))? -> get(limit = &account, budget = &spend, cost = |a| a.dollars)? -> count()
        };
        assert_eq!(got.run().await.unwrap(), 11);
        assert_eq!((model.calls(), spend.spent()), (2, 2.0));
        assert_eq!(model.begin.elapsed(), ms(61_000));
    }

    #[tokio::test(start_paused = true)]
    async fn plain_records_are_written_at_the_pace() {
        let store = Store::<Answer>::memory();
        let (account, spend) = (Limit::fixed(8).per(1, ms(1000)), Budget::new(9.0));
        let begin = Instant::now();
        let written = flow! {
            from(0..4_u32) -> map(|id| Answer { id, dollars: 0.5 })
                -> store(&store, limit = &account, units = |a| u64::from(a.id), budget = &spend, cost = |a| a.dollars)? -> count()
        };
        assert_eq!(written.run().await.unwrap(), 4);
        assert_eq!((begin.elapsed(), spend.spent()), (ms(3000), 2.0));
    }
}

mod refusals {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_key_that_is_always_refused_is_given_up_and_named() {
        let store = Store::<Answer>::memory();
        let model = Model::new(|id, _| {
            if id == 2 {
                Err(Api::Busy(ms(1000)))
            } else {
                Ok(())
            }
        });
        let account = Limit::fixed(2);
        let run = async |give_up| {
            let flow = flow! {
                failed = map(|e| (e.kind(), e.to_string(), e.find::<Api>().cloned())) -> collect::<Vec<_>>();
                made = from(0..6_u32) -> map(|id| DerivedAnswer::new(id, &model))
                    -> ensure(&store, limit = &account, refused = |e| e.find::<Api>()?.retry_after(), give_up = give_up, ordered = false)? else failed -> count();
                (made, failed)
            };
            flow.run().await.unwrap()
        };
        let (made, failed) = run(ms(30_000)).await;
        assert_eq!(made, 5);
        let [(ErrorKind::Timeout, text, Some(Api::Busy(_)))] = failed.as_slice() else {
            panic!("{failed:?}");
        };
        assert!(
            text.contains("given up 30s after") && text.contains("`Answer` 2"),
            "{text}"
        );
        // It began when the first of the others was done.
        assert_eq!(model.begin.elapsed(), ms(31_000));
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_that_a_derivation_makes_itself_are_paced() {
        #[derived(key = id, as = Flaky, retry = Retry::times(3).fixed(Duration::ZERO))]
        async fn flaky(id: u32, model: &Model) -> Result<Answer, Api> {
            let dollars = model.ask(id).await?;
            Ok(Answer { id, dollars })
        }
        let model = Model::new(|id, before| {
            if id == 0 && before < 2 {
                Err(Api::Broken)
            } else {
                Ok(())
            }
        });
        let (account, store) = (Limit::fixed(1).per(1, ms(2000)), Store::<Answer>::memory());
        let flow = flow! {
            from(0..2_u32) -> map(|id| Flaky::new(id, &model)) -> ensure(&store, limit = &account, ordered = false)? -> count()
        };
        assert_eq!(flow.run().await.unwrap(), 2);
        let times: Vec<_> = model
            .calls
            .lock()
            .unwrap()
            .iter()
            .map(|(_, at)| at.as_secs())
            .collect();
        assert_eq!(times, [0, 2, 4, 6]);
        let account = Limit::fixed(1).per(1, ms(2000));
        let flow = flow! {
            from(5..8_u32) -> map(|id| Flaky::new(id, &model)) -> get(limit = &account)? -> count()
        };
        assert_eq!(flow.run().await.unwrap(), 3);
        assert_eq!(
            format!("{account:?}"),
            "Limit { size: 1, most: 1, running: 0, .. }"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_derivers_own_time_out_is_tried_again() {
        #[derived(key = id, as = Slow, timeout = "1s")]
        async fn slow(id: u32, calls: &Mutex<u32>) -> Answer {
            *calls.lock().unwrap() += 1;
            sleep(ms(5000)).await;
            Answer { id, dollars: 0.0 }
        }
        let (calls, account) = (Mutex::new(0), Limit::fixed(2));
        let flow = flow! {
            from([1_u32]) -> map(|id| Slow::new(id, &calls))
                -> get(limit = &account, retry = 2, retry_if = |_| false, refused = |e| e.find::<Api>()?.retry_after())? -> count()
        };
        assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(*calls.lock().unwrap(), 3);
    }
}

mod spent {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_runs_is_finished_and_stored() {
        for ordered in [true, false] {
            let store = Store::<Answer>::memory();
            let model = Model::new(|_, _| Ok(()));
            let (account, spend) = (Limit::fixed(4).per(4, ms(400)), Budget::new(10.0));
            let failed = Cell::new(0);
            let flow = if ordered {
                flow! {
                    failed = for_each(|_| failed.set(failed.get() + 1));
                    from(0..100_u32) -> map(|id| DerivedAnswer::new(id, &model))
                        -> ensure(&store, limit = &account, budget = &spend, cost = |a| a.dollars)? else failed -> count()
                }
                .run()
                .await
            } else {
                flow! {
                    failed = for_each(|_| failed.set(failed.get() + 1));
                    from(0..100_u32) -> map(|id| DerivedAnswer::new(id, &model))
                        -> ensure(&store, limit = &account, ordered = false, budget = &spend, cost = |a| a.dollars)? else failed -> count()
                }
                .run()
                .await
            };
            let error = flow.unwrap_err();
            assert!(
                error.is_fatal() && error.kind() == ErrorKind::Budget,
                "{error}"
            );
            let made = store.len().await.unwrap();
            // Ten were paid for, and up to three ran beside the tenth.
            assert!((10..=13).contains(&made), "{made}");
            assert_eq!((model.calls(), spend.spent()), (made, made as f64));
            assert_eq!((failed.get(), spend.left()), (0, 0.0));
            let text = error.to_string();
            assert!(text.contains(&format!("{made} of 10 spent")), "{text}");
            assert!(text.contains(" items were taken but not begun"), "{text}");
            // The next run has all of it, and goes on with another budget.
            let spend = Budget::new(1000.0);
            let flow = flow! {
                from(0..100_u32) -> map(|id| DerivedAnswer::new(id, &model))
                    -> ensure(&store, concurrency = 9, budget = &spend, cost = |a| a.dollars)? -> count()
            };
            assert_eq!(flow.run().await.unwrap(), 100);
            assert_eq!(spend.spent(), (100 - made) as f64);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_at_a_time_and_by_functions_of_every_kind() {
        async fn plain(x: u32) -> u32 {
            x
        }
        async fn may_fail(x: u32) -> Result<u32, Api> {
            if x == 1 { Err(Api::Broken) } else { Ok(x) }
        }
        let spend = Budget::new(3.0);
        let seen = RefCell::new(Vec::new());
        let flow = flow! {
            from(0..10_u32) -> then(plain, budget = &spend, cost = |x| f64::from(*x)) -> for_each(|x| seen.borrow_mut().push(x));
        };
        let error = flow.run().await.unwrap_err();
        assert_eq!(
            (error.kind(), seen.take()),
            (ErrorKind::Budget, vec![0, 1, 2])
        );
        assert!(
            error
                .to_string()
                .contains("3 of 3 spent; 1 item was taken but not begun"),
            "{error}"
        );
        assert_eq!(error.stage(), Some("then"));
        // Errors are typed as they are, cost nothing, and go their way.
        let spend = Budget::new(5.0);
        let flow = flow! {
            failed = for_each(|e: Api| assert_eq!(e, Api::Broken));
            from(0..4_u32) -> then(may_fail, budget = &spend, cost = |x| f64::from(*x))? else failed -> for_each(|x| seen.borrow_mut().push(x));
        };
        flow.run().await.unwrap();
        assert_eq!((spend.spent(), seen.take()), (5.0, vec![0, 2, 3]));
        // With attempts.
        let spend = Budget::new(2.0);
        let mut calls = 0;
        let flow = flow! {
            from(0..4_u32) -> then(|x| { calls += 1; async move { may_fail(x).await } }, retry = Retry::times(2).fixed(ms(1)),
                budget = &spend, cost = |x| f64::from(*x))? else failed -> for_each(|x| seen.borrow_mut().push(x));
            failed = for_each(|e| assert!(e.is::<Api>()));
        };
        assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Budget);
        assert_eq!((calls, seen.take()), (5, vec![0, 2]));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_shared_and_may_be_used_up_before() {
        let spend = Budget::new(0.0);
        let flow = flow! { from([1_u32]) -> then(async |x| x, budget = &spend, cost = |_| 1.0) -> count() };
        assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Budget);
        let spend = Budget::new(10.0);
        let run = async || {
            let work = async |x: u32| {
                sleep(ms(10)).await;
                x
            };
            flow! { from(0..100_u32) -> then(work, budget = &spend, cost = |_| 1.0) -> count() }
                .run()
                .await
        };
        let (a, b) = futures::join!(run(), run());
        assert!(a.is_err() && b.is_err());
        assert!((10.0..=11.0).contains(&spend.spent()), "{spend:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn in_the_chain_of_a_key_it_goes_up_to_the_flow() {
        let spend = Budget::new(5.0);
        let done = Cell::new(0);
        let work = async |x: u32| {
            sleep(ms(10)).await;
            x
        };
        let flow = flow! {
            from(0..100_u32) -> by_key(|x| x % 3) { then(work, budget = &spend, cost = |_| 1.0) } -> for_each(|_| done.set(done.get() + 1));
        };
        assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Budget);
        // All three keys were at work; what they made has come out.
        assert_eq!((spend.spent(), done.get()), (6.0, 6));
    }

    #[tokio::test(start_paused = true)]
    async fn that_it_is_used_up_is_told_once() {
        let spend = Budget::new(3.0);
        let work = async |x: u32| {
            sleep(Duration::from_millis(10)).await;
            Ok::<u32, Api>(x)
        };
        let flow = flow! {
            from(0..100_u32)
                -> by_key(|x| x % 9) { then(work, limit = &Limit::fixed(2), budget = &spend, cost = |_| 1.0)? } -> count()
        };
        // The two that ran, another one for each of seven keys, and what waits behind.
        let error = flow.run().await.unwrap_err();
        let (text, others) = (error.to_string(), error.others());
        assert!(text.contains(" items were taken but not begun"), "{text}");
        assert!(others.is_empty(), "{text}, and {others:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn flows_of_other_shapes_are_ended_as_well() {
        async fn work(x: u32) -> Result<u32, Api> {
            Ok(x)
        }
        let spend = Budget::new(3.0);
        let flow = flow! { from(0..9_u32) -> then(work, limit = &Limit::fixed(1), budget = &spend, cost = |_| 1.0)? -> count() };
        assert_eq!(
            flow.spawn().await.unwrap().unwrap_err().kind(),
            ErrorKind::Budget
        );
        // An open one.
        let spend = Budget::new(2.0);
        let mut flow =
            flow! { <u32> -> then(work, budget = &spend, cost = |_| 1.0)? else drop -> count() };
        flow.emit(1).await.unwrap();
        flow.emit(2).await.unwrap();
        assert_eq!(flow.emit(3).await.unwrap_err().kind(), ErrorKind::Budget);
        assert_eq!(flow.emit(4).await.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(flow.finish().await.unwrap(), 2);
        // A stream of results.
        let spend = Budget::new(2.0);
        let stream =
            flow! { from(0..9_u32) -> then(work, budget = &spend, cost = |_| 1.0)? else drop };
        let all: Vec<_> = futures::StreamExt::collect(stream).await;
        assert!(
            matches!(all.as_slice(), [Ok(0), Ok(1), Err(e)] if e.kind() == ErrorKind::Budget),
            "{all:?}"
        );
        // Under an error type of one's own.
        #[derive(Debug)]
        struct Mine(flow_runtime::Error);
        impl From<flow_runtime::Error> for Mine {
            fn from(error: flow_runtime::Error) -> Self {
                Self(error)
            }
        }
        let spend = Budget::new(2.0);
        let flow = flow! { #![error = Mine] from(0..9_u32) -> then(work, budget = &spend, cost = |_| 1.0)? else drop -> count() };
        assert_eq!(flow.run().await.unwrap_err().0.kind(), ErrorKind::Budget);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flow_that_is_stopped_begins_nothing_new() {
        let store = Store::<Answer>::memory();
        let model = Model::new(|_, _| Ok(()));
        let account = Limit::fixed(4).per(1, ms(300));
        let flow = flow! {
            failed = map(|e| e.kind()) -> collect::<Vec<_>>();
            made = from(0..100_u32) -> map(|id| DerivedAnswer::new(id, &model)) -> ensure(&store, limit = &account)? else failed -> count();
            (made, failed)
        };
        let (made, failed) = flow.run_until(sleep(ms(700))).await.unwrap();
        assert_eq!(model.begin.elapsed(), ms(1600));
        assert_eq!(made, 3);
        assert!((1..=2).contains(&failed.len()), "{failed:?}");
        assert!(failed.iter().all(|kind| *kind == ErrorKind::Interrupted));
        assert_eq!(store.len().await.unwrap(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn nor_does_one_without_a_limit() {
        for buffered in [false, true] {
            let store = Store::<Answer>::memory();
            let model = Model::new(|_, _| Ok(()));
            let possible = (0..100_u32).map(|id| DerivedAnswer::new(id, &model));
            let stop = sleep(ms(2500));
            let (made, failed) = if buffered {
                let flow = flow! {
                    failed = map(|e| e.kind()) -> collect::<Vec<_>>();
                    made = from(possible) -> buffer(8) -> ensure(&store, concurrency = 2)? else failed -> count();
                    (made, failed)
                };
                flow.run_until(stop).await.unwrap()
            } else {
                let flow = flow! {
                    failed = map(|e| e.kind()) -> collect::<Vec<_>>();
                    made = from(possible) -> ensure(&store, concurrency = 2)? else failed -> count();
                    (made, failed)
                };
                flow.run_until(stop).await.unwrap()
            };
            assert_eq!((made, model.calls()), (6, 6));
            assert!(!failed.is_empty());
            assert!(failed.iter().all(|kind| *kind == ErrorKind::Interrupted));
            assert_eq!(store.len().await.unwrap(), 6);
        }
    }
}
