//! Errors of the functions of row tools, in which the types of users are found again.
//!
//! A row tool is a function, so it cannot ask rustc of the type of an error as a flow does
//! (see [`crate::cause`]). It has a parameter more in its place: each way in which a type
//! is an error is an implementation of its own, and rustc finds the one that holds.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use crate::BoxError;
use crate::error::cause::{Erases, Lends};

/// An error that the function of a row tool may fail with: one of `std`'s
/// [`Error`](std::error::Error)s, a [`BoxError`], a text, or what holds any error, as
/// `anyhow::Error` does. `By` says which, and is inferred.
///
/// Whatever it is, [`find`](crate::Error::find) looks into it.
///
/// ```
/// use flow_runtime::{BoxError, Error, jsonl};
/// use serde_json::Value;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("rows.jsonl");
/// // Generic over the error, as the tools are.
/// async fn rows<E: jsonl::RowError<By>, By>(
///     path: &std::path::Path,
///     make: impl AsyncFn(u32, usize) -> Result<Value, E>,
/// ) -> Result<jsonl::Report, Error> {
///     jsonl::create_or_resume(path, "id", 1, 0..3, make).await
/// }
///
/// let error = rows(&path, async |_, _| Err(std::fmt::Error)).await.unwrap_err();
/// assert!(error.is::<std::fmt::Error>());
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "a row tool makes an `Error` of `{Self}`",
    note = "what the function fails with is an error: implement `std::error::Error`, and have it `Send`, `Sync` and `'static`; `BoxError`, `anyhow::Error` and texts are errors as well"
)]
pub trait RowError<By> {
    /// The error without its type.
    ///
    /// ```
    /// use flow_runtime::jsonl::RowError;
    ///
    /// assert_eq!("no place".erase().to_string(), "no place");
    /// ```
    fn erase(self) -> BoxError;
}

/// It is an error.
#[derive(Debug)]
pub enum Itself {}

/// It holds any error, and lends it.
#[derive(Debug)]
pub enum Lending {}

/// It is a text.
#[derive(Debug)]
pub enum Text {}

#[diagnostic::do_not_recommend]
impl<E: StdError + Send + Sync + 'static> RowError<Itself> for E {
    fn erase(self) -> BoxError {
        self.into()
    }
}

/// A bound that takes any error tells those apart that lend one from an `Arc` of one, which is an
/// error itself.
#[diagnostic::do_not_recommend]
impl<E> RowError<Lending> for E
where
    E: AsRef<dyn StdError + Send + Sync> + From<fmt::Error> + Send + Sync + 'static,
{
    fn erase(self) -> BoxError {
        Lends::erase(self)
    }
}

#[diagnostic::do_not_recommend]
impl RowError<Text> for &str {
    fn erase(self) -> BoxError {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl RowError<Text> for String {
    fn erase(self) -> BoxError {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl RowError<Text> for Cow<'_, str> {
    fn erase(self) -> BoxError {
        self.into()
    }
}
