//! Two threads at a flow's state: one of them works on it, the other is told.

use super::{Owner, Shared};
use crate::sync::{check, thread};
use loom::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Counts one up, unless another thread is at it.
fn work(value: &Shared<'_, Cell<usize>>) -> bool {
    let work = || value.with_anywhere(|n| n.set(n.get() + 1));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    if let Err(panic) = &outcome {
        let told = panic.downcast_ref::<&str>();
        assert!(told.is_some_and(|told| told.contains("two threads at once")));
    }
    outcome.is_ok()
}

#[test]
fn what_one_thread_works_on_no_other_one_does() {
    // loom's cell panics where two uses are not one after the other, the second
    // of which sees all that the first one wrote.
    check(4, || {
        let owner: &'static Owner = Box::leak(Box::new(Owner::new()));
        let value = Arc::new(Shared::new(owner, Cell::new(0)));
        let there = {
            let value = Arc::clone(&value);
            thread::spawn(move || work(&value))
        };
        let done = [work(&value), there.join().unwrap()];
        let count = done.into_iter().filter(|done| *done).count();
        assert!(count > 0);
        assert_eq!(value.with_anywhere(|n| n.get()), count);
    });
}
