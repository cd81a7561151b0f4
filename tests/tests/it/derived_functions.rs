//! The functions that `#[derived]` may stand on: their arguments, their errors, and
//! how often they are called.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use flow_runtime::{
    Artifact, BoxError, Error, ErrorKind, Keyed, Retry, Store, derived, extant, flow,
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    id: u32,
    text: String,
}

fn answer(id: u32, text: impl fmt::Display) -> Answer {
    let text = text.to_string();
    Answer { id, text }
}

mod arguments {
    use super::*;

    #[derived(key = question.len() as u32, as = Same)]
    async fn question(question: String) -> Answer {
        answer(question.len() as u32, question)
    }

    #[derived(key = key, as = OurNames)]
    #[allow(clippy::too_many_arguments)]
    async fn made(
        key: u32,
        made: u32,
        value: u32,
        run: &u32,
        memo: u32,
        attempt: u32,
        f: u32,
        self_: u32,
        failure: u32,
        names: String,
    ) -> Answer {
        let all = made + value + run + memo + attempt + f + self_ + failure;
        answer(key, all + names.len() as u32)
    }

    #[derived(key = a + c, as = Patterns)]
    async fn patterns((a, mut b): (u32, u32), _: String, mut c: u32, [d, ..]: &[u32; 2]) -> Answer {
        b += 1;
        c += 1;
        answer(a + c - 1, b + d)
    }

    #[tokio::test]
    async fn they_have_any_name() {
        let same = Same::new("abc".into());
        assert_eq!(same.get().await.unwrap(), &answer(3, "abc"));
        let ours = OurNames::new(1, 1, 1, &1, 1, 1, 1, 1, 1, "ab".into());
        assert_eq!(ours.get().await.unwrap(), &answer(1, 10));
    }

    #[tokio::test]
    async fn they_may_be_taken_apart() {
        let patterns = Patterns::new((1, 2), String::new(), 3, &[4, 5]);
        assert_eq!(patterns.key(), 4);
        assert_eq!(patterns.get().await.unwrap(), &answer(4, 7));
    }
}

mod generics {
    use super::*;

    #[derived(key = id, as = Last)]
    pub(crate) async fn last<T: fmt::Display + Clone, const N: usize>(
        id: u32,
        of: [T; N],
    ) -> Answer {
        answer(id, of[N - 1].clone())
    }

    #[derived(key = id, as = Named)]
    async fn named<'a, T>(id: u32, name: &'a str, other: &T) -> Result<Answer, fmt::Error>
    where
        T: AsRef<str> + ?Sized + 'a,
    {
        Ok(answer(id, format!("{name}{}", other.as_ref())))
    }

    #[derived(key = *id, as = NotInferred)]
    async fn not_inferred<T: Default + fmt::Display>(id: &u32) -> Answer {
        answer(*id, T::default())
    }

    #[derived(key = id, as = Anonymous)]
    async fn anonymous(
        id: u32,
        name: impl Into<String> + Clone,
        f: &impl Fn(&str) -> String,
        all: Vec<impl fmt::Display + Clone>,
    ) -> Answer {
        answer(id, f(&name.into()) + &all[0].to_string())
    }

    #[derived(key = source.key(), as = OfSource)]
    async fn of_source(
        #[source] source: impl Artifact<Key = u32, Value = Answer>,
        tail: impl fmt::Display + Clone,
    ) -> Result<Answer, Error> {
        let source = source.get().await?;
        Ok(answer(source.id, format!("{}{tail}", source.text)))
    }

    #[tokio::test]
    async fn types_constants_lifetimes_and_impls_are_the_artifact_s() {
        assert_eq!(
            Last::new(1, ["a", "b"]).get().await.unwrap(),
            &answer(1, "b")
        );
        assert_eq!(
            Named::new(1, "a", "b").get().await.unwrap(),
            &answer(1, "ab")
        );
        assert_eq!(
            NotInferred::<u8>::new(&1).get().await.unwrap(),
            &answer(1, "0")
        );
        let upper = |text: &str| text.to_uppercase();
        let anonymous = Anonymous::new(1, "a", &upper, vec![7]);
        assert_eq!(anonymous.get().await.unwrap(), &answer(1, "A7"));
        let of_source = OfSource::new(Keyed::new(3_u32, answer(3, "a")), 1);
        assert_eq!(of_source.into_value().await.unwrap(), answer(3, "a1"));
    }

    #[tokio::test]
    async fn they_are_ensured_on_another_thread() {
        let store = Store::<Answer>::memory();
        let flow = flow! {
            from(0..4_u32) -> map(|id| Last::new(id, ["a"])) -> ensure(&store, concurrency = 2, retry = 1, retry_if = |_| true)? -> count()
        };
        assert_eq!(flow.spawn().await.unwrap().unwrap(), 4);
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Api {
    Busy(u64),
    Gone,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Api {}

impl Api {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    fn wait(&self) -> Option<Duration> {
        match self {
            Self::Busy(seconds) => Some(Duration::from_secs(*seconds)),
            Self::Gone => None,
        }
    }
}

/// Counts a call, and fails the first `times` of them.
fn failing(calls: &AtomicU32, times: u32, error: Api) -> Result<(), Api> {
    if calls.fetch_add(1, Ordering::Relaxed) < times {
        return Err(error);
    }
    Ok(())
}

fn made(calls: &AtomicU32) -> u32 {
    calls.load(Ordering::Relaxed)
}

mod attempts {
    use super::*;

    #[derived(key = id, as = Plain)]
    async fn plain(id: u32, calls: &AtomicU32) -> anyhow::Result<Answer> {
        failing(calls, 99, Api::Gone)?;
        Ok(answer(id, "x"))
    }

    #[derived(key = id, as = Anyhow, retry = 2, retry_if = |e| e.is::<Api>())]
    async fn anyhow(id: u32, calls: &AtomicU32) -> anyhow::Result<Answer> {
        failing(calls, 99, Api::Gone)?;
        Ok(answer(id, "x"))
    }

    #[derived(key = id, as = Boxed, retry = Retry::times(3).fixed(Duration::ZERO),
        retry_if = |e| e.downcast_ref::<Api>().is_some_and(Api::is_transient))]
    async fn boxed(id: u32, calls: &AtomicU32) -> Result<Answer, BoxError> {
        failing(calls, 2, Api::Busy(1))?;
        Ok(answer(id, "x"))
    }

    #[derived(key = id, as = Typed, retry = 5, retry_if = Api::is_transient, retry_after = Api::wait, timeout = "30s")]
    async fn typed(id: u32, calls: &AtomicU32, error: Api) -> Result<Option<Answer>, Api> {
        let _ = id;
        failing(calls, 2, error)?;
        Ok(None)
    }

    #[derived(key = id, as = Off, blocking, retry = 2, retry_if = |e| e == "again")]
    fn off(id: u32, calls: std::sync::Arc<AtomicU32>) -> Result<Answer, String> {
        failing(&calls, 1, Api::Gone).map_err(|_| "again".to_string())?;
        Ok(answer(id, "x"))
    }

    type Aliased = Result<Answer, Api>;

    #[derived(key = id, as = OfAlias, into = Answer, retry = 1, retry_if = |e| !e.is_transient())]
    async fn of_alias(id: u32, calls: &AtomicU32) -> Aliased {
        failing(calls, 1, Api::Gone)?;
        Ok(answer(id, "x"))
    }

    #[tokio::test(start_paused = true)]
    async fn they_go_by_the_function_s_own_error() {
        let calls = AtomicU32::new(0);
        let error = Anyhow::new(1, &calls).into_value().await.unwrap_err();
        assert_eq!((error.kind(), made(&calls)), (ErrorKind::Derive, 3));
        assert_eq!(error.find(), Some(&Api::Gone));
        let calls = AtomicU32::new(0);
        assert!(Boxed::new(1, &calls).into_value().await.is_ok());
        assert_eq!(made(&calls), 3);
        let calls = AtomicU32::new(0);
        let error = Typed::new(1, &calls, Api::Gone)
            .into_value()
            .await
            .unwrap_err();
        assert_eq!((error.find(), made(&calls)), (Some(&Api::Gone), 1));
        let calls = std::sync::Arc::new(AtomicU32::new(0));
        assert!(Off::new(1, calls.clone()).into_value().await.is_ok());
        assert_eq!(made(&calls), 2);
        let calls = AtomicU32::new(0);
        assert!(OfAlias::new(1, &calls).into_value().await.is_ok());
        assert_eq!(made(&calls), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn they_wait_as_the_other_side_asked() {
        let (calls, begin) = (AtomicU32::new(0), Instant::now());
        let none = Typed::new(1, &calls, Api::Busy(7));
        assert!(none.find().await.unwrap().is_none());
        assert_eq!(
            (made(&calls), begin.elapsed()),
            (3, Duration::from_secs(14))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn those_of_the_operators_find_the_function_s_error() {
        let store = Store::<Answer>::memory();
        let calls = AtomicU32::new(0);
        let policy = Retry::times(2)
            .fixed(Duration::ZERO)
            .when(|error| error.is::<Api>());
        let flow = flow! {
            from(0..2_u32) -> map(|id| Plain::new(id, &calls)) -> ensure(&store, retry = policy, concurrency = 2) -> filter(|r| r.is_err()) -> count()
        };
        assert_eq!((flow.run().await.unwrap(), made(&calls)), (2, 6));
        let calls = AtomicU32::new(0);
        let flow = flow! {
            from(0..2_u32) -> map(|id| Plain::new(id, &calls))
                -> get(retry = 2, retry_if = |e| e.find::<Api>().is_some_and(Api::is_transient), retry_after = |e| e.find::<Api>()?.wait())
                -> filter(|r| r.is_err()) -> count()
        };
        assert_eq!((flow.run().await, made(&calls)), (2, 2));
        let calls = AtomicU32::new(0);
        let flow = flow! {
            from(0..2_u32) -> by_key(|id| *id) { map(|id| Plain::new(id, &calls)) -> ensure(&store, retry = 2, retry_if = |e| e.is::<Api>()) }
                -> filter(|r| r.is_err()) -> count()
        };
        assert_eq!((flow.run().await.unwrap(), made(&calls)), (2, 6));
    }
}

mod in_macros {
    use super::*;

    /// A function of a record that an argument names, in each of its forms.
    macro_rules! derive {
        ($record:ident, $ty:ty, $error:ty, $f:ident, $id:ident, $kept:ty) => {
            #[derived(key = id, as = Plain)]
            async fn plain(id: u32) -> $record {
                answer(id, "plain")
            }

            #[derived(key = id, as = OfType)]
            async fn of_type(id: u32) -> $ty {
                answer(id, "of a type")
            }

            #[derived(key = id, as = OfResult, retry = 2)]
            async fn of_result(id: u32) -> Result<$record, $error> {
                Ok(answer(id, "of a result"))
            }

            #[derived(key = *$id, as = OfOption, version = 1, fingerprint = $id)]
            async fn $f($id: &$kept) -> Result<Option<$ty>, $error> {
                Ok(Some(answer(*$id, "of an option")))
            }

            #[derived(key = source.key(), as = OfSource)]
            async fn of_source(
                #[source] source: impl Artifact<Key = u32, Value = $ty>,
                texts: Vec<String>,
            ) -> $ty {
                answer(source.key(), texts.concat())
            }

            type Hidden = Result<$record, $error>;

            #[derived(key = id, as = OfAlias, into = $ty, blocking)]
            fn of_alias(id: u32) -> Hidden {
                Ok(answer(id, "of an alias"))
            }
        };
    }

    derive!(Answer, Answer, Error, of_option, id, u32);

    #[tokio::test]
    async fn the_record_may_be_an_argument_of_a_macro() {
        async fn text(artifact: impl Artifact<Value = Answer>) -> String {
            artifact.into_value().await.unwrap().text
        }
        assert_eq!(text(Plain::new(1).clone()).await, "plain");
        assert_eq!(text(OfType::new(1)).await, "of a type");
        assert_eq!(text(OfResult::new(1)).await, "of a result");
        assert_eq!(text(OfOption::new(&1)).await, "of an option");
        assert_eq!(text(OfAlias::new(1)).await, "of an alias");
        let of_source = OfSource::new(Plain::new(1), vec!["of a".into(), " source".into()]);
        assert_eq!(text(of_source).await, "of a source");
    }
}
