//! What all flows have: their graph.

/// Gives a flow with a field `graph` its accessor.
macro_rules! pictured {
    ([$($parameter:tt)*] $flow:ty) => {
        impl<$($parameter)*> $flow {
            /// With its graph, which the compiler of `flow!` knows.
            #[doc(hidden)]
            #[inline]
            pub fn with_graph(mut self, graph: &'static $crate::graph::Graph) -> Self {
                self.graph = graph;
                self
            }

            /// Its operators and what flows between them, to be drawn.
            #[inline]
            #[must_use]
            pub fn graph(&self) -> $crate::graph::Graph {
                *self.graph
            }
        }
    };
}

pub(super) use pictured;
