//! The number of items that a cut takes which runs them under a limit.

use std::sync::Arc;

use super::under::{IsUnder, Under};
use crate::limit::Most;
use crate::region::Bound;
use crate::sync::AtomicWaker;

/// The places in a cut beside those of the limit, at least: for what was refused and
/// waits in line.
const SPARE: usize = 8;

/// As many as a limit ever lets run, as it is set now.
#[derive(Clone)]
pub struct AtOnce {
    /// `None` where there is no limit.
    most: Option<Most>,
    /// Things may be refused: there is room for those as well, for they hold no place.
    refused: bool,
}

/// Returns how many items a cut takes: as many as the limit ever lets run, and some more
/// where things may be refused.
#[must_use]
pub fn at_once(stage: &impl IsUnder, refused: bool) -> AtOnce {
    let limit = stage.is_under().and_then(Under::given_limit);
    AtOnce {
        most: limit.map(crate::Limit::most),
        refused,
    }
}

/// Returns how many items a cut takes: as many as the limit ever lets run, but not more
/// than `concurrency`.
#[must_use]
pub fn at_once_within<B>(stage: &impl IsUnder, concurrency: B) -> Within<B> {
    Within {
        limit: at_once(stage, false),
        concurrency,
    }
}

impl Bound for AtOnce {
    fn now(&mut self) -> usize {
        match &mut self.most {
            None => 1,
            Some(most) if self.refused => {
                let most = most.now();
                most.saturating_add(most.max(SPARE))
            }
            Some(most) => most.now(),
        }
    }

    fn most(&self) -> usize {
        usize::MAX
    }

    fn wakes(&self, task: &Arc<AtomicWaker>) {
        if let Some(most) = &self.most {
            most.wakes(task);
        }
    }
}

/// A limit, and `concurrency` beside it.
#[derive(Clone)]
pub struct Within<B> {
    limit: AtOnce,
    concurrency: B,
}

impl<B: Bound> Bound for Within<B> {
    fn now(&mut self) -> usize {
        let most = self.concurrency.now();
        match &self.limit.most {
            None => most,
            Some(_) => most.min(self.limit.now()),
        }
    }

    fn most(&self) -> usize {
        self.concurrency.most()
    }

    fn wakes(&self, task: &Arc<AtomicWaker>) {
        self.concurrency.wakes(task);
        self.limit.wakes(task);
    }
}
