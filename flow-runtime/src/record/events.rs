//! The steps of an artifact as `tracing` events, each with `kind` and `key`.
//!
//! Without the feature `tracing` these functions are empty.

use super::Key;
use crate::Error;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name<K: Key>(kind: &'static str, key: &K) {
            #[cfg(feature = "tracing")]
            tracing::debug!(kind, key = %super::describe(key), stringify!($name));
            #[cfg(not(feature = "tracing"))]
            let _ = (kind, key);
        }
    )*};
}

events! {
    /// A deriver begins: once for every attempt.
    deriving
    /// A deriver gave a record, or said that there is none.
    derived
    /// Somebody else makes the record, and this waits for the outcome.
    waiting
    /// A record was read from its store.
    retrieved
    /// A record is known to be durable.
    ensured
}

/// Reading, making or writing an artifact gave an error.
pub(crate) fn failed<K: Key>(kind: &'static str, key: &K, error: &Error) {
    #[cfg(feature = "tracing")]
    tracing::warn!(kind, key = %super::describe(key), %error, "failed");
    #[cfg(not(feature = "tracing"))]
    let _ = (kind, key, error);
}

#[cfg(all(test, feature = "tracing"))]
mod tests {
    use std::fmt::{self, Write as _};
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::{Event, Metadata, Subscriber, span};

    use super::*;
    use crate::ErrorKind;

    /// Writes every event as one line.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<String>>);

    impl Visit for Log {
        fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
            let mut log = self.0.lock().unwrap();
            write!(log, "{}={value:?} ", field.name()).unwrap();
        }
    }

    impl Subscriber for Log {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn event(&self, event: &Event<'_>) {
            event.record(&mut self.clone());
            self.0.lock().unwrap().push('\n');
        }

        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }

        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    #[test]
    fn every_step_names_kind_and_key() {
        let log = Log::default();
        tracing::subscriber::with_default(log.clone(), || {
            deriving("Answer", &3);
            derived("Answer", &"three".to_owned());
            waiting("Answer", &3);
            retrieved("Answer", &3);
            ensured("Answer", &3);
            failed("Answer", &3, &Error::new(ErrorKind::Store, "no"));
        });
        let log = log.0.lock().unwrap();
        let lines: Vec<&str> = log.lines().collect();
        assert_eq!(
            lines,
            [
                r#"message=deriving kind="Answer" key=3 "#,
                r#"message=derived kind="Answer" key="three" "#,
                r#"message=waiting kind="Answer" key=3 "#,
                r#"message=retrieved kind="Answer" key=3 "#,
                r#"message=ensured kind="Answer" key=3 "#,
                r#"message=failed kind="Answer" key=3 error=no "#,
            ]
        );
    }
}
