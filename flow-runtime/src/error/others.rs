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

    /// The error of an item that is not begun, since a budget is used up, as all `unbegun` are.
    pub(crate) fn used_up(reason: String, unbegun: usize) -> Self {
        let mut error = Self::new(ErrorKind::Budget, reason).fatal();
        error.0.unbegun = unbegun;
        error
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
    /// That one counts all items then.
    fn tells(&mut self, other: &Self) -> bool {
        let is_told = |error: &Self| {
            error.kind() == other.kind()
                && (error.0.stage, &error.0.message) == (other.0.stage, &other.0.message)
        };
        if other.kind() != ErrorKind::Budget {
            return false;
        }
        let teller = match is_told(self) {
            true => Some(self),
            false => self.0.others.iter_mut().find(|error| is_told(error)),
        };
        let is_told = teller.is_some();
        if let Some(teller) = teller {
            teller.0.unbegun = teller.0.unbegun.max(other.0.unbegun);
        }
        is_told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_used_up_is_told_once() {
        let used_up = |text: &str, unbegun| Error::used_up(text.to_owned(), unbegun);
        let failed = || Error::new(ErrorKind::Failed, "no");
        let mut first = used_up("50 spent", 8);
        let mut inner = failed();
        inner.add_others([used_up("50 spent", 9), failed()]);
        first.add_others([used_up("50 spent", 8), inner, used_up("7 tokens spent", 1)]);
        first.add_others([used_up("7 tokens spent", 0)]);
        let others: Vec<_> = first.others().iter().map(ToString::to_string).collect();
        let tokens = "7 tokens spent; 1 item was taken but not begun";
        assert_eq!(others, ["no", "no", tokens]);
        assert_eq!(
            first.to_string(),
            "50 spent; 9 items were taken but not begun"
        );
    }
}
