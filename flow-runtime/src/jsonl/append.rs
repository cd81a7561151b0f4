//! `append(&rows)`: rows, written and passed on when durable.

use serde_json::Value;

use super::rows::Rows;
use crate::Error;
use crate::copies::fresh::Fresh;
use crate::ty::{Ty, When};

/// Adds rows to one file.
pub struct Append(Rows);

/// The operator `append(&rows)`.
#[must_use]
#[allow(
    clippy::type_complexity,
    reason = "what a constructor gives is spelled out: it is what a reader wants to know"
)]
pub fn append<T: Row, M>(
    _: Ty<T, M>,
    rows: &Rows,
) -> (When<T::Row, Append>, Ty<Result<Value, Error>, M>) {
    (Append(rows.clone()), Ty::of_mode())
}

/// A row: a [`Value`].
#[diagnostic::on_unimplemented(
    message = "`append` writes rows of type `serde_json::Value`, and this is `{Self}`",
    label = "no `serde_json::Value`",
    note = "`map(|row| serde_json::json!(row))` makes one of what is `Serialize`"
)]
pub trait Row {
    /// The same, known only where it is one.
    type Row;
}

#[diagnostic::do_not_recommend]
impl Row for Value {
    type Row = Self;
}

impl Append {
    /// Adds one row.
    ///
    /// # Errors
    ///
    /// Of kind [`Record`](crate::ErrorKind::Record) or [`Key`](crate::ErrorKind::Key)
    /// where it is no row of that file, and the file's own.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the row is written whole or not at all.
    pub async fn run(&self, row: Value) -> Result<Value, Error> {
        self.0.append(&row).await?;
        Ok(row)
    }
}

impl Fresh for Append {
    fn fresh(&self) -> Self {
        Self(self.0.clone())
    }
}
