//! Budgets: what costly work may cost.

use core::fmt;
use std::sync::{Arc, PoisonError, Weak};

use tokio::sync::{Notify, futures::Notified};

use crate::knobs::{Demand, Hears, Refused, Setting, Steer};
use crate::sync::{Mutex, MutexGuard};

/// An amount that may be spent, in any unit: dollars, tokens, seconds of somebody's time.
///
/// A budget is a handle: cloning it is cheap, and clones are one budget. Stages take it
/// by reference, `budget = &spend, cost = f`, and keep a clone; so do row tools,
/// `.budget(&spend).cost(f)`. `f` sees the value that
/// was made, and gives what that cost. Failures cost nothing, and neither does what is
/// stored already.
///
/// When it is used up nothing new begins. What runs is finished, and stored where it is
/// to be, so more than the budget may be spent in the end. Then the flow ends, past any `? else`,
/// with an error of the kind [`Budget`](crate::ErrorKind::Budget), which says what was
/// spent and how many items were taken but not begun. The values of its sinks go with it: the
/// store tells what was made, and so does [`watch`](crate::running#watched-while-they-run).
///
/// ```
/// use flow_runtime::{Budget, ErrorKind, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let spend = Budget::new(2.5);
/// let ask = async |question: u32| Ok::<_, std::io::Error>(question * 2);
/// let error = flow! {
///     from(0..100) -> then(ask, budget = &spend, cost = |_answer| 1.0)? -> count()
/// }
/// .run()
/// .await
/// .unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Budget);
/// assert_eq!((spend.spent(), spend.left()), (3.0, 0.0));
/// # }
/// ```
#[derive(Clone)]
pub struct Budget(Arc<Shared>);

struct Shared {
    total: Mutex<Setting<f64>>,
    spent: Mutex<Spent>,
    /// Wakes those who wait to begin, once it is used up.
    used_up: Notify,
}

/// The amount spent so far.
struct Spent {
    /// The sum, of which `rest` is what was lost in adding up.
    sum: f64,
    rest: f64,
    /// A cost that is none: it is not known any more what is left.
    wrong: Option<f64>,
}

impl Budget {
    /// A budget of which nothing is spent. One of zero lets nothing begin.
    ///
    /// The total is plain, or a [`Knob`](crate::inspect::Knob) by reference. Raised before it
    /// is used up, more may begin; set to what is spent already or less, nothing new does.
    ///
    /// ```
    /// use flow_runtime::Budget;
    ///
    /// let spend = Budget::new(50.0);
    /// assert_eq!((spend.spent(), spend.left()), (0.0, 50.0));
    /// ```
    ///
    /// # Panics
    ///
    /// When `total` is negative or not a number.
    #[must_use]
    #[track_caller]
    pub fn new(total: impl Steer<f64>) -> Self {
        let total = total.setting(Demand {
            by: "the total of a budget",
            holds: |total| {
                if *total >= 0.0 {
                    return Ok(());
                }
                Err(Refused::new(format!("a budget cannot be {total}")))
            },
        });
        let knob = total.knob().cloned();
        let shared = Arc::new(Shared {
            total: Mutex::new(total),
            spent: Mutex::new(Spent {
                sum: 0.0,
                rest: 0.0,
                wrong: None,
            }),
            used_up: Notify::new(),
        });
        if let Some(knob) = knob {
            let shared: Weak<Shared> = Arc::downgrade(&shared);
            knob.tells(shared);
        }
        Self(shared)
    }

    /// Returns what was spent so far. It may be more than the budget: what runs when that is
    /// used up is finished.
    ///
    /// ```
    /// # use flow_runtime::Budget;
    /// assert_eq!(Budget::new(50.0).spent(), 0.0);
    /// ```
    #[must_use]
    pub fn spent(&self) -> f64 {
        self.lock().sum()
    }

    /// Returns what is left; zero where the budget is used up.
    ///
    /// ```
    /// # use flow_runtime::Budget;
    /// assert_eq!(Budget::new(50.0).left(), 50.0);
    /// ```
    #[must_use]
    pub fn left(&self) -> f64 {
        (self.total() - self.spent()).max(0.0)
    }

    /// Returns whether both are handles of one budget.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The whole of it.
    pub(crate) fn total(&self) -> f64 {
        self.0.total()
    }

    /// Adds a cost.
    pub(crate) fn spend(&self, cost: f64) {
        self.0.lock().add(cost);
        self.0.tell();
    }

    /// Returns whether nothing new may begin.
    pub(crate) fn is_used_up(&self) -> bool {
        self.0.is_used_up()
    }

    /// Returns what is told when the budget is used up, from now on.
    pub(crate) fn end(&self) -> Notified<'_> {
        self.0.used_up.notified()
    }

    /// The reason that nothing begins any more.
    pub(crate) fn reason(&self) -> String {
        let spent = self.lock();
        match spent.wrong {
            Some(cost) => format!("nothing can cost {cost}, so the budget cannot be kept to"),
            None => format!(
                "the budget is used up: {} of {} spent",
                Amount(spent.sum()),
                Amount(self.total())
            ),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.0.lock()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn setting(&self) -> MutexGuard<'_, Setting<f64>> {
        self.total.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn total(&self) -> f64 {
        *self.setting().get()
    }

    fn is_used_up(&self) -> bool {
        let total = self.total();
        let spent = self.lock();
        spent.wrong.is_some() || spent.sum() >= total
    }

    /// Wakes those who wait to begin, where it is used up.
    fn tell(&self) {
        if self.is_used_up() {
            self.used_up.notify_waiters();
        }
    }
}

impl Hears for Shared {
    fn turned(&self) {
        self.setting().renew();
        self.tell();
    }
}

impl Spent {
    fn sum(&self) -> f64 {
        self.sum + self.rest
    }

    /// Adds without losing what is small beside the sum (Neumaier).
    fn add(&mut self, cost: f64) {
        if cost.is_nan() || cost < 0.0 {
            self.wrong.get_or_insert(cost);
            return;
        }
        let sum = self.sum + cost;
        if sum.is_finite() {
            self.rest += if self.sum >= cost {
                (self.sum - sum) + cost
            } else {
                (cost - sum) + self.sum
            };
        }
        self.sum = sum;
    }
}

/// An amount as people write it: with as few places as say what it is, at most four.
pub(crate) struct Amount(pub(crate) f64);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.4}", self.0);
        let text = match text.split_once('.') {
            Some((whole, places)) => match places.trim_end_matches('0') {
                "" => whole,
                kept => &text[..=whole.len() + kept.len()],
            },
            None => &text,
        };
        f.write_str(text)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("total", &self.total())
            .field("spent", &self.spent())
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn small_costs_add_up_to_what_they_are() {
        let budget = Budget::new(1e9);
        budget.spend(1e8);
        (0..1_000_000).for_each(|_| budget.spend(0.000_1));
        assert_eq!(budget.spent(), 1e8 + 100.0);
        assert_eq!(budget.left(), 9e8 - 100.0);
        let tenths = Budget::new(1.0);
        (0..10).for_each(|_| tenths.spend(0.1));
        assert!(tenths.is_used_up(), "{}", tenths.spent());
    }

    #[test]
    fn what_cannot_be_a_cost_ends_it() {
        for wrong in [f64::NAN, -1.0] {
            let budget = Budget::new(10.0);
            budget.spend(1.0);
            budget.spend(wrong);
            assert!(budget.is_used_up());
            assert_eq!(budget.spent(), 1.0);
            assert!(budget.reason().contains("cannot be kept"));
        }
        let budget = Budget::new(10.0);
        budget.spend(f64::INFINITY);
        assert!(budget.is_used_up());
        assert_eq!(budget.left(), 0.0);
    }

    #[test]
    fn amounts_are_short() {
        let amounts = [50.0, 12.5, 0.1 + 0.2, 0.00001, 1234.56789, f64::INFINITY];
        let amounts = amounts.map(|amount| Amount(amount).to_string());
        assert_eq!(amounts, ["50", "12.5", "0.3", "0", "1234.5679", "inf"]);
    }

    #[test]
    #[should_panic(expected = "a budget cannot be -1")]
    fn none_is_negative() {
        let _ = Budget::new(-1.0);
    }
}
