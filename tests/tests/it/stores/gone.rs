//! A database whose file goes away while it is open: an error at the next write,
//! and a flow that ends.

#![cfg(unix)]

use flow_runtime::{ErrorKind, derived, flow};

use super::*;

/// An act on the file, and what the error says of it.
type Case = (fn(&Path), &'static str);

const CASES: [Case; 4] = [
    (|path| fs::remove_file(path).unwrap(), "was removed"),
    (
        |path| fs::rename(path, path.with_extension("old")).unwrap(),
        "was removed",
    ),
    (
        |path| {
            fs::copy(path, path.with_extension("copy")).unwrap();
            fs::rename(path.with_extension("copy"), path).unwrap();
        },
        "was replaced",
    ),
    (
        |path| {
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(0)
                .unwrap()
        },
        "was shortened",
    ),
];

#[test]
fn nothing_is_written_into_a_file_that_is_gone() {
    for (spoil, says) in CASES {
        let place = Place::new();
        let path = place.path("answers.db");
        let store = Store::<Answer>::open(&path).unwrap();
        block_on(async {
            store.put(&answer(1, "a")).await.unwrap();
            spoil(&path);
            let error = store.put(&answer(2, "b")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Store);
            assert!(error.is_fatal(), "{error}");
            let text = error.to_string();
            assert!(text.contains(says), "{text}");
            assert_eq!(text.matches("answers.db").count(), 1, "{text}");
            let again = store.put(&answer(3, "c")).await.unwrap_err();
            assert!(again.is_fatal(), "{again}");
        });
    }
}

#[derived(key = id, as = Made)]
async fn made(id: u32, paid: &std::cell::Cell<u32>) -> Answer {
    paid.set(paid.get() + 1);
    answer(id, "made")
}

#[test]
fn a_flow_ends_where_it_went() {
    for (spoil, says) in CASES {
        let place = Place::new();
        let path = place.path("answers.db");
        let store = Store::<Answer>::open(&path).unwrap();
        let paid = std::cell::Cell::new(0);
        let ended = flow! {
            bad = drain();
            from(0..100u32) -> inspect(|id| if *id == 10 { spoil(&path) })
                -> map(|id| Made::new(id, &paid)) -> ensure(&store)? else bad -> count()
        };
        let error = block_on(ended.run()).unwrap_err();
        assert!(
            error.is_fatal() && error.to_string().contains(says),
            "{error}"
        );
        assert_eq!(paid.get(), 11);
    }
}
