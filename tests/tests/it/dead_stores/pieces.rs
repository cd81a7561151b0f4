//! Pieces that meet a fatal error: it leaves them, past any `else` within, and is the last
//! thing that does. The flow around a piece takes it for an error of an item, behind a `?`.

use flow_runtime::{Ensured, Error, flow};

use super::*;

#[tokio::test]
async fn one_that_awaits_takes_no_more() {
    let (store, paid) = full_after(3);
    let pulled = Cell::new(0);
    let source = || (0..1000).inspect(|_| pulled.set(pulled.get() + 1));
    let piece =
        flow! { <u32> -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else drop };
    let flow = flow! {
        good = count();
        bad = collect::<Vec<Error>>();
        from(source()) -> via_async(piece)? else bad -> good;
        (good, bad)
    };
    let (good, bad) = flow.await;
    assert_eq!((good, bad.len(), paid.get()), (3, 1, 4));
    assert_fatal(&bad[0]);
    assert!(pulled.get() < 8, "{} were pulled", pulled.get());
}

#[tokio::test]
async fn behind_a_bare_question_mark_it_is_that_of_the_flow() {
    let (store, paid) = full_after(3);
    let piece =
        flow! { <u32> -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else drop };
    let flow = flow! { from(0..1000) -> via_async(piece)? -> count() };
    assert_fatal(&flow.await.unwrap_err());
    assert_eq!(paid.get(), 4);
}

#[tokio::test]
async fn with_several_at_once_each_that_ran_tells_its_own() {
    let (store, paid) = full_after(3);
    let piece = flow! {
        <u32> -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store, concurrency = 4)? else drop
    };
    let flow = flow! { from(0..1000) -> via_async(piece) -> collect::<Vec<Result<Ensured<u32>, Error>>>() };
    let left = flow.await;
    let bad: Vec<&Error> = left.iter().filter_map(|left| left.as_ref().err()).collect();
    assert!((1..=8).contains(&bad.len()), "{bad:?}");
    bad.into_iter().for_each(assert_fatal);
    // What was paid for has left, whatever came of it.
    assert!(paid.get() <= left.len());
}

#[tokio::test]
async fn for_every_key_it_is_the_end_of_all() {
    let (store, paid) = full_after(3);
    let piece =
        flow! { <u32> -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else drop };
    let flow = flow! {
        good = count();
        bad = count();
        from(0..1000) -> by_key(|id| id % 3) { via_async(piece)? else bad } -> good;
        (good, bad)
    };
    let (good, bad) = flow.await;
    // A commit is of what several keys have made.
    assert!((3..=9).contains(&good), "{good} are good");
    assert!((1..=3).contains(&bad), "{bad} are bad");
    // Who asks for a record when that is known is refused before it is made.
    let made = paid.get();
    assert!(
        (good + 1..=good + bad).contains(&made),
        "{made} of {good} + {bad}"
    );
}
