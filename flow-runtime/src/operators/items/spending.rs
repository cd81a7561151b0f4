//! The words of `progress` about budgets: what is spent, and what it will be in the end.

use crate::Budget;
use crate::budget::Amount;

/// The budgets of the stages that items came through.
#[derive(Clone)]
pub(super) struct Spending {
    /// Each with what was spent of it before the flow was built.
    budgets: Vec<(Budget, f64)>,
    /// The number of items there will be, where that is known.
    total: Option<u64>,
}

impl Spending {
    pub(super) fn new(budgets: impl Iterator<Item = Budget>, total: Option<u64>) -> Self {
        let mut kept: Vec<(Budget, f64)> = Vec::new();
        for budget in budgets {
            // Stages may share one.
            if !kept.iter().any(|(each, _)| each.is(&budget)) {
                let before = budget.spent();
                kept.push((budget, before));
            }
        }
        Self {
            budgets: kept,
            total,
        }
    }

    /// Returns what is to be said when so many items have passed; `None` without
    /// budgets.
    pub(super) fn text(&self, passed: u64) -> Option<String> {
        let each = self.budgets.iter().map(|(budget, before)| {
            let spent = budget.spent();
            let text = format!("{} of {} spent", Amount(spent), Amount(budget.total()));
            if passed == 0 {
                return text;
            }
            // What it cost so far is what it will cost: items that were stored already
            // are among those that passed, and make it less.
            let an_item = (spent - before) / passed as f64;
            match self.total {
                Some(total) => {
                    let projected = before + an_item * total.max(passed) as f64;
                    format!("{text}, {} projected", Amount(projected))
                }
                None if an_item > 0.0 => {
                    let more = (budget.left() / an_item).floor();
                    format!("{text}, lasts for {more:.0} more")
                }
                None => text,
            }
        });
        let all: Vec<String> = each.collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn spending(budgets: &[&Budget], total: Option<u64>) -> Spending {
        Spending::new(budgets.iter().map(|each| (*each).clone()), total)
    }

    #[test]
    fn without_budgets_nothing_is_said() {
        assert_eq!(spending(&[], Some(9)).text(3), None);
    }

    #[test]
    fn what_is_spent_and_projected_is_said_once_for_each_budget() {
        let (dollars, tokens) = (Budget::new(50.0), Budget::new(1e6));
        dollars.spend(2.0);
        let all = spending(&[&dollars, &tokens, &dollars], Some(100));
        assert_eq!(
            all.text(0).as_deref(),
            Some("2 of 50 spent; 0 of 1000000 spent")
        );
        dollars.spend(2.5);
        tokens.spend(4000.0);
        // 2 were spent before; 10 items of 100 have cost 2.5.
        assert_eq!(
            all.text(10).as_deref(),
            Some("4.5 of 50 spent, 27 projected; 4000 of 1000000 spent, 40000 projected")
        );
        let open = spending(&[&dollars], None);
        dollars.spend(0.5);
        assert_eq!(
            open.text(2).as_deref(),
            Some("5 of 50 spent, lasts for 180 more")
        );
        assert_eq!(
            spending(&[&tokens], None).text(2).as_deref(),
            Some("4000 of 1000000 spent")
        );
    }
}
