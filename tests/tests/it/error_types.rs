//! The type of a user's error is found again in what ends a flow.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use flow_runtime::{BoxError, Error, Retry, Store, extant, flow};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq)]
struct Gone;

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("gone")
    }
}

impl StdError for Gone {}

fn gone<T>(_: u32) -> anyhow::Result<T> {
    Err(Gone.into())
}

#[tokio::test]
async fn the_type_is_found_through_anyhow_wherever_the_question_mark_stands() {
    let mut all: Vec<Error> = Vec::new();
    let map = flow! { from([1]) -> map(gone::<u32>)? -> count() };
    all.extend(map.run().err());
    let keyed = flow! { from([1]) -> by_key(|x| *x) { map(gone::<u32>)? } -> count() };
    all.extend(keyed.run().err());
    let waiting =
        flow! { from([1]) -> by_key(|x| *x) { then(async |x| gone::<u32>(x))? } -> count() };
    all.extend(waiting.run().await.err());
    let workers = flow! { from([1]) -> scatter(2) -> map(gone::<u32>)? -> gather() -> count() };
    all.extend(workers.run().await.err());
    let sink = flow! { from([1]) -> for_each(gone::<()>)? };
    all.extend(sink.run().err());
    let awaited = flow! { from([1]) -> sink(async |x| gone::<()>(x))? };
    all.extend(awaited.run().await.err());
    let value = flow! { from([1]) -> map(gone::<u32>) -> collect::<anyhow::Result<Vec<_>>>()? };
    all.extend(value.run().err());
    assert_eq!(all.len(), 7);
    for error in all {
        assert_eq!(error.find(), Some(&Gone), "{error:?}");
        assert_eq!(error.to_string().matches("gone").count(), 1);
        // The text says what it is; nothing lies behind it.
        assert!(error.source().is_none());
    }
}

#[tokio::test]
async fn it_is_found_behind_operators_that_store_what_a_function_makes() {
    #[extant(key = id)]
    #[derive(Clone, Serialize, Deserialize)]
    struct Sum {
        id: u32,
    }
    let store = Store::<Sum>::memory();
    let mut asked = 0;
    let mut all: Vec<Error> = Vec::new();
    let batch = async |ids: Vec<u32>| gone::<Vec<Sum>>(ids[0]);
    let batches = flow! {
        from(0..2) -> partition(2)
            -> ensure_batch(&store, batch, key = |id| *id, retry = Retry::times(2).fixed(Duration::ZERO),
                retry_if = |error| error.find() == Some(&Gone)) -> collect::<Vec<_>>()
    };
    all.extend(
        batches
            .run()
            .await
            .unwrap()
            .into_iter()
            .filter_map(Result::err),
    );
    let keyed = flow! {
        from(2..4) -> by_key(|id| *id) {
            partition(1) -> ensure_batch(&store, async |ids: Vec<u32>| gone::<Vec<Sum>>(ids[0]), key = |id| *id)
        } -> inspect(|_| asked += 1) -> collect::<Vec<_>>()
    };
    all.extend(
        keyed
            .run()
            .await
            .unwrap()
            .into_iter()
            .filter_map(Result::err),
    );
    let next = async |id: u32, _: Option<&Sum>| gone::<Sum>(id);
    let assembled =
        flow! { from(4..6) -> assemble(&store, next, key = |id| *id) -> collect::<Vec<_>>() };
    all.extend(
        assembled
            .run()
            .await
            .unwrap()
            .into_iter()
            .filter_map(Result::err),
    );
    assert_eq!((all.len(), asked), (6, 2));
    for error in all {
        assert_eq!(error.find(), Some(&Gone), "{error:?}");
        assert_eq!(format!("{error:#}").matches("gone").count(), 1, "{error:#}");
    }
}

#[test]
fn types_that_are_known_later_are_still_inferred() {
    let flow = flow! { from(["1", "2"]) -> map(|text| text.parse())? -> collect::<Vec<u32>>() };
    assert_eq!(flow.run().unwrap(), [1, 2]);
    fn sum<E: Into<BoxError>>(f: impl Fn(u32) -> Result<u32, E>) -> Result<u32, Error> {
        flow! { from(0..3) -> map(f)? -> sum() }.run()
    }
    let error = sum(|_| Err("text")).unwrap_err();
    let at = error.location().unwrap().to_owned();
    assert_eq!(error.to_string(), format!("stage `map` at {at}: text"));
    assert!(sum(|_| Err(Gone)).unwrap_err().is::<Gone>());
}
