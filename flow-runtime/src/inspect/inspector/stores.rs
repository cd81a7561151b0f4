//! Stores on the page.

use std::fmt;

use super::Inspector;
use super::again::Kept;
use crate::{Extant, Store};

impl Inspector {
    /// Shows what failed in a store under a name: keys that could not be made, and why.
    ///
    /// Whoever has the role may try one again. Its failure is then forgotten, so that the
    /// next `ensure` that meets the key makes it, whatever `rerun_failed` says. It is for
    /// flows that come by all keys again; [`store_with`](Inspector::store_with) makes the
    /// artifact at once.
    ///
    /// ```
    /// use flow_runtime::{Store, extant, inspect::Inspector};
    ///
    /// #[extant(key = id)]
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Answer { id: u32, text: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// let store = Store::<Answer>::memory();
    /// let view = Inspector::bind("127.0.0.1:0")?.store("answers", &store, "operator");
    /// # let view = view.quiet();
    /// # Ok(())
    /// # }
    /// ```
    pub fn store<R>(
        self,
        name: impl Into<String>,
        store: &Store<R>,
        role: impl Into<String>,
    ) -> Self
    where
        R: Extant<Key: Send + Sync> + 'static,
        Store<R>: Send + Sync,
    {
        let kept = Kept::forgets(store.clone());
        self.board.keep(name.into(), role.into(), Box::new(kept));
        self
    }

    /// As [`store`](Inspector::store); what is tried again is made at once, by `make`.
    ///
    /// A key that has not failed, is being made by a flow, or is tried already is refused.
    /// `make` runs on the thread of the server, outside of the flow and of its limits. It
    /// stores what it makes, and that ends the failure. A thread that it blocks shows
    /// nothing meanwhile.
    ///
    /// ```
    /// use flow_runtime::{Error, Store, extant, inspect::Inspector};
    ///
    /// #[extant(key = id)]
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Answer { id: u32, text: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let store = Store::<Answer>::memory();
    /// let answers = store.clone();
    /// let make = move |id: u32| {
    ///     let answers = answers.clone();
    ///     async move { answers.put(&Answer { id, text: "It depends.".into() }).await }
    /// };
    /// let view = Inspector::bind("127.0.0.1:0")?.store_with("answers", &store, "operator", make);
    /// # let view = view.quiet();
    /// # Ok(())
    /// # }
    /// ```
    pub fn store_with<R, F, M, T, E>(
        self,
        name: impl Into<String>,
        store: &Store<R>,
        role: impl Into<String>,
        make: F,
    ) -> Self
    where
        R: Extant<Key: Send + Sync> + 'static,
        Store<R>: Send + Sync,
        F: Fn(R::Key) -> M + Send + Sync + 'static,
        M: Future<Output = Result<T, E>> + Send + 'static,
        E: fmt::Display,
    {
        let kept = Kept::makes(store.clone(), make);
        self.board.keep(name.into(), role.into(), Box::new(kept));
        self
    }
}
