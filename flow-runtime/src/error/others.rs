//! The errors that a flow gave behind its first.

use super::{Error, ErrorKind};

impl Error {
    /// Returns what else went wrong: the errors that the same flow gave behind
    /// this one, oldest first. None of them is told elsewhere; that a budget is used up, which
    /// every item learns that was not begun, is told once.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut lengths = flow! {
    ///     <&str> -> buffer(8) -> then(async |n| n.parse::<u32>())? -> sum::<u32>()
    /// };
    /// let mut told = 0;
    /// for text in ["1", "x", "2", "y", "z"] {
    ///     told += usize::from(lengths.emit(text).await.is_err());
    /// }
    /// if let Err(error) = lengths.finish().await {
    ///     told += 1 + error.others().len();
    /// }
    /// assert_eq!(told, 3);
    /// # }
    /// ```
    #[must_use]
    pub fn others(&self) -> &[Error] {
        &self.0.others
    }

    /// Puts other errors behind this one, and what is behind them.
    pub(crate) fn add_others(&mut self, others: impl IntoIterator<Item = Self>) {
        for mut other in others {
            let behind = std::mem::take(&mut other.0.others);
            for other in [other].into_iter().chain(behind) {
                if !self.tells(&other) {
                    self.0.others.push(other);
                }
            }
        }
    }

    /// Returns whether `other` says that a budget is used up, as this one does, or one behind it.
    fn tells(&self, other: &Self) -> bool {
        let said = |error: &Self| {
            (error.kind(), error.0.stage, &error.0.message)
                == (other.kind(), other.0.stage, &other.0.message)
        };
        other.kind() == ErrorKind::Budget && [self].into_iter().chain(self.others()).any(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_used_up_is_told_once() {
        let used_up = |text: &str| Error::new(ErrorKind::Budget, text).fatal();
        let failed = || Error::new(ErrorKind::Failed, "no");
        let mut first = used_up("50 spent");
        let mut inner = failed();
        inner.add_others([used_up("50 spent"), failed()]);
        first.add_others([used_up("50 spent"), inner, used_up("7 tokens spent")]);
        first.add_others([used_up("7 tokens spent")]);
        let others: Vec<_> = first.others().iter().map(ToString::to_string).collect();
        assert_eq!(others, ["no", "no", "7 tokens spent"]);
    }
}
