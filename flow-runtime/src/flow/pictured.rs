//! Defines what all flows have: their graph.

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

            /// Returns its operators and what flows between them, to be drawn.
            ///
            /// ```
            /// use flow_runtime::flow;
            ///
            /// let flow = flow! { from([1, 2]) -> count() };
            /// assert_eq!(flow.graph().nodes().len(), 2);
            /// ```
            #[inline]
            #[must_use]
            pub fn graph(&self) -> $crate::graph::Graph {
                *self.graph
            }
        }
    };
}

pub(super) use pictured;
