//! `keep_item`: errors with the item they arose of.

use std::{cell::RefCell, num::ParseIntError, time::Duration};

use flow_runtime::{BoxError, Error, Failed, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

#[test]
fn wherever_an_item_may_fail() {
    let bad = RefCell::new(Vec::new());
    let note = |operator: &'static str| {
        let bad = &bad;
        move |Failed { item, error }: Failed<&str, ParseIntError>| {
            assert_eq!(error.to_string(), "invalid digit found in string");
            bad.borrow_mut().push(format!("{operator} {item}"));
        }
    };
    let texts = ["1", "x", "3"];
    let parse = |text: &str| text.parse::<u32>();
    let (a, b, c, d, e) = flow! {
        texts = from(texts);
        a = texts -> map(parse, keep_item = true)? else bad_a -> sum::<u32>();
        b = texts -> filter_map(|text| (text != "1").then(|| parse(text)), keep_item = true)? else bad_b -> sum::<u32>();
        c = texts -> flat_map(|text| [parse(text), parse(text)], keep_item = true)? else bad_c -> sum::<u32>();
        d = texts -> map(|text| vec![parse(text), Ok(10)]) -> flatten(keep_item = true)? else bad_d -> sum::<u32>();
        e = texts -> accumulate(0, |sum: &mut u32, text| { *sum += parse(text)?; Ok(*sum) }, keep_item = true)? else bad_e -> last();
        bad_a = for_each(note("map"));
        bad_b = for_each(note("filter_map"));
        bad_c = for_each(note("flat_map"));
        bad_d = for_each(|failed| assert_eq!(failed.item.len(), 2));
        bad_e = for_each(note("accumulate"));
        (a, b, c, d, e)
    }
    .run();
    assert_eq!((a, b, c, d, e), (4, 3, 8, 34, Some(4)));
    let bad = bad.into_inner();
    assert_eq!(
        bad,
        [
            "map x",
            "filter_map x",
            "flat_map x",
            "flat_map x",
            "accumulate x"
        ]
    );
}

#[test]
fn a_bare_question_mark_takes_the_item_along() {
    let flow = flow! { from(["1", "x"]) -> map(|text: &'static str| text.parse::<u32>(), keep_item = true)? -> count() };
    let error = flow.run().unwrap_err();
    let failed = error.find::<Failed<&str, ParseIntError>>().unwrap();
    assert_eq!(failed.item, "x");
    assert!(error.find::<ParseIntError>().is_some());
    assert_eq!(
        format!("{error:#}").matches("invalid digit").count(),
        1,
        "{error:#}"
    );
    let rest: Vec<_> =
        flow! { from(["1", "x"]) -> map(|text| text.parse::<u32>(), keep_item = true) }.collect();
    assert_eq!(rest[1].as_ref().unwrap_err().item, "x");
}

#[tokio::test(start_paused = true)]
async fn with_attempts_and_several_at_once() {
    async fn odd(n: u32) -> Result<u32, std::fmt::Error> {
        tokio::time::sleep(Duration::from_secs(u64::from(10 - n))).await;
        if n % 2 == 1 {
            Ok(n)
        } else {
            Err(std::fmt::Error)
        }
    }
    let factor = 2;
    let (a, b, c, d, e, bad) = flow! {
        n = from(0..4_u32);
        a = n -> then(odd, keep_item = true)? else bad_a -> sum::<u32>();
        b = n -> then(async |n| odd(n).await.map(|n| n * factor), concurrency = 4, keep_item = true)? else bad_a -> sum::<u32>();
        c = n -> then(odd, concurrency = 3, retry = 2, keep_item = true)? else bad -> sum::<u32>();
        d = n -> then(|n| async move { odd(n).await }, timeout = Duration::from_secs(8), keep_item = true)? else bad -> sum::<u32>();
        e = n -> then(async |n| odd(n).await, concurrency = 2, ordered = false, retry = 1, keep_item = true)? else bad -> sum::<u32>();
        bad_a = count();
        bad = inspect(|failed: &Failed<u32, Error>| assert!(failed.item.is_multiple_of(2) || failed.item == 1)) -> count();
        (a, b, c, d, e, bad)
    }
    .run()
    .await;
    assert_eq!((a, b, c, d, e), (4, 8, 4, 3, 4));
    assert_eq!(bad, 7);
}

#[test]
fn in_chains_of_keys() {
    let (sum, bad) = flow! {
        sum = from([1_u32, 2, 3, 4])
            -> by_key(|n| n % 2) { map(|n| if n == 3 { Err("three") } else { Ok(n) }, keep_item = true) }?
            else bad -> sum::<u32>();
        bad = collect::<Vec<Failed<u32, &str>>>();
        (sum, bad)
    }
    .run();
    let three = Failed {
        item: 3,
        error: "three",
    };
    assert_eq!((sum, bad), (7, vec![three]));
    let sum = flow! {
        from([1_u32, 2, 3, 4])
            -> by_key(|n| n % 2) { flat_map(|n| [if n == 3 { Err("three") } else { Ok(n) }], keep_item = true)? else drop }
            -> sum::<u32>()
    };
    assert_eq!(sum.run(), 7);
}

#[tokio::test(start_paused = true)]
async fn in_chains_of_keys_that_await_and_on_workers() {
    let all = flow! {
        from([1_u32, 2, 3, 4])
            -> by_key(|n| n % 2) { then(async |n| if n == 3 { Err("three") } else { Ok(n) }, keep_item = true) }
            -> filter_map(|result: Result<u32, Failed<u32, &str>>| result.err())
            -> collect::<Vec<_>>()
    };
    assert_eq!(
        all.run().await,
        [Failed {
            item: 3,
            error: "three"
        }]
    );
    let all = flow! {
        from([1_u32, 2, 3, 4])
            -> scatter(2) -> map(|n| if n == 3 { Err("three") } else { Ok(n) }, keep_item = true) -> gather(ordered = true)
            -> filter_map(|result| result.err())
            -> collect::<Vec<_>>()
    };
    assert_eq!(
        all.run().await,
        [Failed {
            item: 3,
            error: "three"
        }]
    );
}

#[tokio::test]
async fn spawned() {
    let flow = flow! {
        sum = from(0..4_u32)
            -> then(|n| async move { if n == 3 { Err("three") } else { Ok(n) } }, concurrency = 2, keep_item = true)? else bad
            -> sum::<u32>();
        bad = count();
        (sum, bad)
    };
    assert_eq!(flow.spawn().await.unwrap(), (3, 1));
}

mod artifacts {
    use std::sync::Arc;

    use flow_runtime::{Artifact, Error, ErrorKind, Failed, Store, derived, extant, flow};
    use serde::{Deserialize, Serialize};

    #[extant(key = key)]
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Square {
        key: u32,
        value: u32,
    }

    #[derived(key = key)]
    async fn square(key: u32) -> Result<Square, String> {
        match key {
            3 => Err("three cannot be squared".to_string()),
            _ => Ok(Square {
                key,
                value: key * key,
            }),
        }
    }

    #[tokio::test]
    async fn the_derivation_is_kept() {
        let store = Store::<Square>::memory();
        let (count, bad) = flow! {
            count = from(1..=4) -> map(|n| Arc::new(DerivedSquare::new(n)))
                -> ensure(&store, concurrency = 2, keep_item = true)? else bad -> count();
            bad   = map(|Failed { item, error }: Failed<Arc<DerivedSquare>, Error>| (item.key(), error.kind()))
                -> collect::<Vec<_>>();
            (count, bad)
        }
        .run()
        .await
        .unwrap();
        assert_eq!((count, bad), (3, vec![(3, ErrorKind::Derive)]));
        let bad = flow! {
            from([3]) -> map(|n| Arc::new(DerivedSquare::new(n))) -> get(keep_item = true)? else bad -> drain();
            bad = map(|failed| failed.item.key()) -> last();
            bad
        };
        assert_eq!(bad.run().await, Some(3));
        let stored = flow! {
            from([Square { key: 9, value: 81 }]) -> store(&store, keep_item = true)? else bad -> count();
            bad = map(|failed| failed.item.key) -> last();
            bad
        };
        assert_eq!(stored.run().await.unwrap(), None);
    }
}

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derive(Clone)]
struct Question {
    id: u32,
}

struct Model;

#[derived(key = question.id, version = 1)]
async fn answer(question: Question, model: &Model, why: String) -> Result<Answer, BoxError> {
    let _ = (model, why);
    match question.id % 2 {
        0 => Err("even".into()),
        _ => Ok(Answer { id: question.id }),
    }
}

/// An artifact of arguments that are not `Clone` is none.
struct Unique(u32);

#[derived(key = unique.0, as = AnswerOnce)]
fn answer_once(unique: Unique) -> Answer {
    Answer { id: unique.0 }
}

#[tokio::test]
async fn artifacts_are_kept_where_their_arguments_are_clone() -> Result<(), Error> {
    let (store, model) = (Store::<Answer>::memory(), Model);
    let asked = |id| DerivedAnswer::new(Question { id }, &model, String::new());
    let (made, failed) = flow! {
        made = from(0..6) -> map(asked) -> ensure(&store, keep_item = true, concurrency = 2)? else failed -> count();
        failed = map(|failed| failed.item.question.id) -> collect::<Vec<_>>();
        (made, failed)
    }
    .run()
    .await?;
    assert_eq!((made, failed), (3, vec![0, 2, 4]));
    let once = flow! { from([Unique(7)]) -> map(AnswerOnce::new) -> ensure(&store)? -> count() };
    assert_eq!(once.run().await?, 1);
    Ok(())
}
