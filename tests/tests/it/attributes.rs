//! The code that `#[extant]` and `#[derived]` generate.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use flow_runtime::artifact::Mergeable;
use flow_runtime::{Artifact, Error, ErrorKind, Extant, Keyed, KeyedItem, Store, derived, extant};
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

#[extant(key = (lang, id), kind = "translation")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Translated {
    pub lang: String,
    pub id: u32,
}

#[extant(key = (1, 0))]
#[derive(Serialize, Deserialize)]
struct Pair(String, u32);

#[extant(key = r#type)]
#[derive(Serialize, Deserialize)]
struct Raw {
    r#type: String,
}

#[test]
fn a_record_knows_its_key_and_kind() {
    assert_eq!(Extant::key(&answer_of(3)), 3);
    assert_eq!(Answer::KIND, "Answer");

    let translated = Translated {
        lang: "fr".to_owned(),
        id: 4,
    };
    assert_eq!(translated.key(), ("fr".to_owned(), 4));
    assert_eq!(Translated::KIND, "translation");
    assert_eq!(Extant::key(&Pair("a".to_owned(), 9)), (9, "a".to_owned()));
    let r#type = "b".to_owned();
    assert_eq!(Raw { r#type }.key(), "b");
}

#[test]
fn records_are_merged_by_key() {
    assert_eq!(KeyedItem::item_key(&answer_of(3)), 3);
    assert_eq!(<Answer as KeyedItem>::describe(&3), "3");
    assert_eq!(Mergeable::<Answer>::left(answer_of(1)), answer_of(1));
}

#[tokio::test]
async fn an_extant_artifact_reads_once() {
    let store = Store::memory();
    let artifact = ExtantAnswer::new(1, &store);
    assert!(!artifact.exists().await.unwrap());
    assert_eq!(
        artifact.ensure().await.unwrap_err().kind(),
        ErrorKind::Missing
    );
    let error = artifact.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert_eq!(error.to_string(), "`Answer` 1 is not in the store");

    store.put(&answer_of(1)).await.unwrap();
    assert!(artifact.exists().await.unwrap());
    artifact.ensure().await.unwrap();
    assert_eq!(artifact.get().await.unwrap(), &answer_of(1));
    store.remove(&1).await.unwrap();
    assert_eq!(artifact.into_value().await.unwrap(), answer_of(1));
}

#[tokio::test]
async fn a_derived_artifact_knows_its_key_and_derives_once() {
    let model = Model::default();
    let artifact = DerivedAnswer::new(question(5), &model);
    assert_eq!(Artifact::key(&artifact), 5);
    assert_eq!(artifact.version(), Some(7));
    assert_eq!(DerivedAnswer::VERSION, 7);
    assert_eq!(format!("{artifact:?}"), "DerivedAnswer { key: 5, .. }");
    assert!(!artifact.exists().await.unwrap());
    assert_eq!(model.calls(), 0);

    let (one, other) = tokio::join!(artifact.get(), artifact.get());
    assert_eq!(one.unwrap(), other.unwrap());
    artifact.ensure().await.unwrap();
    assert!(artifact.exists().await.unwrap());
    assert_eq!(artifact.into_value().await.unwrap(), answer_of(5));
    assert_eq!(model.calls(), 1);
}

#[tokio::test]
async fn the_function_stays_what_it_is() {
    let model = Model::default();
    assert_eq!(answer(question(1), &model).await, Ok(answer_of(1)));
}

#[tokio::test]
async fn a_failure_names_the_key_and_is_not_kept() {
    let model = Model::failing(1);
    let artifact = DerivedAnswer::new(question(3), &model);
    let error = artifact.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Derive);
    assert_eq!(error.downcast_ref(), Some(&ApiError(500)));
    assert_eq!(
        error.to_string(),
        "cannot derive `Answer` 3: the api said 500"
    );
    assert!(!artifact.exists().await.unwrap());
    assert_eq!(artifact.get().await.unwrap(), &answer_of(3));
    assert_eq!(model.calls(), 2);
}

#[tokio::test]
async fn a_dropped_making_begins_again() {
    let model = Model::default();
    let artifact = DerivedAnswer::new(question(3), &model);
    {
        let mut get = std::pin::pin!(artifact.get());
        assert!(futures::poll!(&mut get).is_pending());
    }
    assert_eq!(artifact.get().await.unwrap(), &answer_of(3));
}

#[test]
fn futures_are_send_where_the_types_are() {
    let model = Model::default();
    let store = Store::<Answer>::memory();
    let artifact = DerivedAnswer::new(question(1), &model);
    drop(assert_send(artifact.get()));
    drop(assert_send(artifact.ensure()));
    drop(assert_send((&artifact).into_value()));
    drop(assert_send(
        DerivedScore::new(&artifact, Keyed::new(2, 3)).get(),
    ));
    drop(assert_send(ExtantAnswer::new(1, &store).into_value()));
    drop(assert_send(
        artifact.transform(|answer| answer.text).into_value(),
    ));
}

/// Those of the function and of the sources are not inside.
#[test]
fn futures_are_small() {
    let model = Model::default();
    let artifact = DerivedAnswer::new(question(1), &model);
    let get = size_of_val(&artifact.get());
    assert!(get < 1000, "{get}");
    let score = DerivedScore::new(&artifact, Keyed::new(2, 3));
    let get = size_of_val(&score.get());
    assert!(get < 1500, "{get}");
}

mod arguments {
    use super::*;

    /// Neither `Clone` nor `Sync`.
    struct Token(std::cell::Cell<u32>);

    #[derived(key = token.0.get(), as = FromToken)]
    async fn from_token(token: Token, model: &Model) -> Result<Answer, ApiError> {
        let id = token.0.get();
        let text = model.ask(&format!("question {id}")).await?;
        Ok(Answer { id, text })
    }

    #[tokio::test]
    async fn one_that_is_not_clone_is_handed_out_once() {
        let model = Model::failing(1);
        let artifact = FromToken::new(Token(4.into()), &model);
        drop(assert_send(artifact.get()));
        let first = artifact.get().await.unwrap_err();
        assert!(first.is::<ApiError>());
        let second = artifact.get().await.unwrap_err();
        assert_eq!(
            second.to_string(),
            "cannot derive `Answer` 4: it was called before, and `token: Token` is not `Clone` to be \
             given again"
        );
        assert_eq!(model.calls(), 1);

        let model = Model::default();
        let artifact = FromToken::new(Token(4.into()), &model);
        assert_eq!(artifact.get().await.unwrap(), &answer_of(4));
    }

    #[derived(key = (lang, ids[0]), as = Borrowing)]
    fn borrowing<'a>(
        mut lang: String,
        ids: &'a [u32],
        texts: &[&'a str],
        cow: Cow<'_, str>,
        f: &dyn Fn(&str) -> u32,
        key: (),
        made: Option<&str>,
    ) -> Translated {
        lang.push_str(texts[0]);
        lang.push_str(&cow);
        let _ = (key, made);
        Translated {
            id: ids[0] + f(""),
            lang: lang[..2].to_owned(),
        }
    }

    #[tokio::test]
    async fn those_that_borrow_give_lifetimes() {
        let ids = vec![7];
        let artifact = Borrowing::new("fr".to_owned(), &ids, &["a"], "b".into(), &|_| 0, (), None);
        assert_eq!(Artifact::key(&artifact), ("fr".to_owned(), 7));
        assert_eq!(artifact.get().await.unwrap().id, 7);
    }

    #[derived(key = *id, as = Mutating)]
    fn mutating(id: &u32, log: &mut Vec<u32>) -> Answer {
        log.push(*id);
        answer_of(*id)
    }

    #[tokio::test]
    async fn one_that_is_changed_is_handed_out_once() {
        let mut log = Vec::new();
        let artifact = Mutating::new(&2, &mut log);
        assert_eq!(artifact.into_value().await.unwrap(), answer_of(2));
        assert_eq!(log, [2]);
    }

    #[derived(key = *shared, as = NotSend)]
    async fn not_send(shared: Rc<u32>) -> Answer {
        answer_of(*shared)
    }

    #[tokio::test]
    async fn one_that_stays_on_its_thread() {
        let artifact = NotSend::new(Rc::new(2));
        assert_eq!(artifact.get().await.unwrap(), &answer_of(2));
    }
}

mod returns {
    use super::*;

    type Made<T> = Result<T, ApiError>;
    type Alias = Made<Answer>;

    #[derived(key = id, into = Answer, as = ByAlias)]
    async fn by_alias(id: u32) -> Alias {
        Ok(answer_of(id))
    }

    #[derived(key = id, as = Plain)]
    async fn plain(id: u32) -> Answer {
        answer_of(id)
    }

    #[derived(key = id, as = Texted)]
    fn texted(id: u32) -> Result<Answer, String> {
        Err(format!("no {id}"))
    }

    #[derived(key = id, as = Promised)]
    fn promised(id: u32) -> Answer {
        answer_of(id + 1)
    }

    #[tokio::test]
    async fn results_aliases_and_plain_records() {
        assert_eq!(ByAlias::new(1).into_value().await.unwrap(), answer_of(1));
        assert_eq!(Plain::new(1).into_value().await.unwrap(), answer_of(1));
        let error = Texted::new(1).get().await.unwrap_err().to_string();
        assert_eq!(error, "cannot derive `Answer` 1: no 1");
    }

    #[tokio::test]
    async fn a_record_of_another_key_names_both() {
        let error = Promised::new(1).into_value().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Key);
        assert_eq!(
            error.to_string(),
            "`Answer` 1 was promised, but the key of what was made is 2"
        );
    }

    #[derived(key = id, as = Perhaps)]
    async fn perhaps(id: u32, model: &Model) -> Result<Option<Answer>, ApiError> {
        let text = model.ask("question").await?;
        Ok(id.is_multiple_of(2).then_some(Answer { id, text }))
    }

    #[tokio::test]
    async fn that_there_is_none_is_remembered() {
        let model = Model::default();
        let artifact = Perhaps::new(1, &model);
        for _ in 0..2 {
            assert_eq!(artifact.find().await.unwrap(), None);
            let error = artifact.get().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Missing);
            assert_eq!(error.to_string(), "there is no `Answer` 1");
        }
        assert!(artifact.exists().await.unwrap());
        artifact.ensure().await.unwrap();
        let shouted = artifact.transform(|answer| answer.text.to_uppercase());
        assert_eq!(shouted.find().await.unwrap(), None);
        assert_eq!(model.calls(), 1);
        assert!(Perhaps::new(2, &model).find().await.unwrap().is_some());
    }
}

mod attempts {
    use super::*;

    #[derived(key = question.id, retry = 2, as = Retried)]
    async fn retried(question: Question, model: &Model) -> Result<Answer, ApiError> {
        answer(question, model).await
    }

    #[tokio::test]
    async fn a_retry_gives_the_arguments_again() {
        let model = Model::failing(2);
        let made = Retried::new(question(1), &model)
            .into_value()
            .await
            .unwrap();
        assert_eq!(made, answer_of(1));
        assert_eq!(model.calls(), 3);

        let model = Model::failing(3);
        let error = Retried::new(question(1), &model)
            .into_value()
            .await
            .unwrap_err();
        assert!(error.is::<ApiError>());
        assert!(error.to_string().contains("`Answer` 1"), "{error}");
        assert_eq!(model.calls(), 3);
    }

    #[derived(key = id, timeout = "1m 30s", as = Late)]
    async fn late(id: u32, seconds: u64) -> Answer {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        answer_of(id)
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_ends_a_run() {
        assert!(Late::new(1, 89).get().await.is_ok());
        let begin = tokio::time::Instant::now();
        let error = Late::new(1, 91).get().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("`Answer` 1"), "{error}");
        assert_eq!(begin.elapsed().as_secs(), 90);
    }

    #[derived(key = id, blocking, as = Blocked)]
    fn blocked(id: u32, text: String) -> Result<Answer, ApiError> {
        assert!(id < 10, "{id} is too large");
        match id {
            0 => Err(ApiError(404)),
            id => Ok(Answer { id, text }),
        }
    }

    #[tokio::test]
    async fn blocking_functions_run_elsewhere() {
        let blocked = |id| Blocked::new(id, format!("answer {id}"));
        assert_eq!(blocked(1).into_value().await.unwrap(), answer_of(1));
        assert!(blocked(0).get().await.unwrap_err().is::<ApiError>());
        let error = blocked(10).get().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot derive `Answer` 10: it panicked: 10 is too large"
        );
    }
}

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Score {
    id: u32,
    points: u64,
}

#[derived(key = answer.key())]
async fn score(
    #[source] answer: impl Artifact<Key = u32, Value = Answer>,
    #[source] factor: impl Artifact<Value = u64>,
) -> Result<Score, Error> {
    let answer = answer.get().await?;
    Ok(Score {
        id: answer.id,
        points: answer.text.len() as u64 * *factor.get().await?,
    })
}

mod sources {
    use super::*;

    #[derived(key = id, as = Factor)]
    async fn factor(id: u32, seconds: u64, model: &Model) -> Result<Score, ApiError> {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        model.ask("").await?;
        Ok(Score { id, points: 2 })
    }

    fn points(factor: Factor<'_>) -> impl Artifact<Value = u64> {
        factor.transform(|score| score.points)
    }

    #[derived(key = id, as = Slow)]
    async fn slow(id: u32, seconds: u64) -> Answer {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        answer_of(id)
    }

    #[tokio::test(start_paused = true)]
    async fn are_got_first_and_at_once() {
        let model = Model::default();
        let begin = tokio::time::Instant::now();
        let artifact = DerivedScore::new(Slow::new(1, 20), points(Factor::new(9, 30, &model)));
        assert_eq!(Artifact::key(&artifact), 1);
        assert_eq!(artifact.get().await.unwrap().points, 16);
        assert_eq!(begin.elapsed().as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn are_kept_where_another_one_fails() {
        let model = Model::failing(1);
        let answer = Slow::new(1, 20);
        let artifact = DerivedScore::new(&answer, points(Factor::new(9, 10, &model)));
        let error = artifact.get().await.unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&ApiError(500)));
        assert_eq!(
            error.to_string(),
            "cannot derive `Score` 1: source `factor`: cannot derive `Score` 9: the api said 500"
        );
        assert!(answer.exists().await.unwrap());
        assert_eq!(artifact.get().await.unwrap().points, 16);
        assert_eq!(model.calls(), 2);
    }

    #[tokio::test]
    async fn may_be_plain_values() {
        let answer = Keyed::new(1, answer_of(1));
        let artifact = DerivedScore::new(answer, Keyed::new((), 3));
        assert_eq!(artifact.into_value().await.unwrap().points, 24);
    }
}

/// One file a mistake: each is reported once, on the token to edit.
#[test]
fn mistakes_are_told_where_they_are() {
    trybuild::TestCases::new().compile_fail("ui/attributes/*.rs");
}
