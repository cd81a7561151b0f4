//! What `#[extant]` and `#[derived]` generate.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use flow_runtime::{Artifact, Error, ErrorKind, Extant, Keyed, Store, derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

fn answer_of(id: u32) -> Answer {
    Answer {
        id,
        text: format!("answer {id}"),
    }
}

#[derive(Debug, PartialEq)]
struct ApiError(u32);

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the api said {}", self.0)
    }
}

impl std::error::Error for ApiError {}

#[derive(Debug, Clone)]
struct Question {
    id: u32,
    text: String,
}

fn question(id: u32) -> Question {
    Question {
        id,
        text: format!("question {id}"),
    }
}

/// Counts its calls and fails the first so many.
#[derive(Default)]
struct Model {
    calls: AtomicUsize,
    failures: usize,
}

impl Model {
    fn failing(failures: usize) -> Self {
        Self {
            calls: AtomicUsize::new(0),
            failures,
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Relaxed)
    }

    async fn ask(&self, text: &str) -> Result<String, ApiError> {
        tokio::task::yield_now().await;
        match self.calls.fetch_add(1, Relaxed) {
            calls if calls < self.failures => Err(ApiError(500)),
            _ => Ok(text.replace("question", "answer")),
        }
    }
}

#[derived(key = question.id, version = 7)]
async fn answer(question: Question, model: &Model) -> Result<Answer, ApiError> {
    Ok(Answer {
        id: question.id,
        text: model.ask(&question.text).await?,
    })
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

mod extant_records {
    use super::*;

    #[extant(key = (lang, id), kind = "translation")]
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Translated {
        pub lang: String,
        pub id: u32,
    }

    #[extant(key = (1, 0))]
    #[derive(Serialize, Deserialize)]
    struct Pair(String, u32);

    #[test]
    fn a_field_is_the_key() {
        assert_eq!(Extant::key(&answer_of(3)), 3);
        assert_eq!(Answer::KIND, "Answer");
    }
}

#[tokio::test]
async fn smoke() {
    let model = Model::default();
    let made = DerivedAnswer::new(question(1), &model);
    assert_eq!(assert_send(made.get()).await.unwrap(), &answer_of(1));
    let store = Store::memory();
    store.put(&answer_of(1)).await.unwrap();
    let e = ExtantAnswer::new(1, &store);
    assert_eq!(assert_send(e.get()).await.unwrap(), &answer_of(1));
    assert_eq!(assert_send(made.into_value()).await.unwrap(), answer_of(1));
}

/// One file a mistake: each is reported once, on the token to edit.
#[test]
fn mistakes_are_told_where_they_are() {
    trybuild::TestCases::new().compile_fail("ui/attributes/*.rs");
}
