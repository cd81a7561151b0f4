//! Defines what flows with `#![observe]` have: a view of them.

/// Gives a flow what it has when it is observed.
macro_rules! observed {
    ([$($parameter:tt)*] $flow:ident<$($of:ident),*>: $($field:ident),*) => {
        impl<$($parameter)*> $flow<$($of),*> {
            /// With the view of what is counted in it.
            #[doc(hidden)]
            #[inline]
            pub fn observed(
                self,
                view: $crate::inspect::Watch,
            ) -> $flow<$($of,)* $crate::inspect::Watch> {
                $flow {
                    graph: self.graph,
                    $($field: self.$field,)*
                    observed: view,
                }
            }
        }

        impl<$($parameter)*, O> $flow<$($of,)* O> {
            /// Returns a view of the flow, which tells at any time how far it has come. There is
            /// one where the flow has the attribute `#![observe]`.
            ///
            /// ```
            /// use flow_runtime::flow;
            ///
            /// let flow = flow! { #![observe = "all"] from([1, 2]) -> count() };
            /// assert_eq!(flow.watch().name(), "all");
            /// ```
            #[must_use]
            pub fn watch(&self) -> $crate::inspect::Watch
            where
                O: $crate::observe::Observed,
            {
                self.observed.view()
            }
        }

        impl<$($parameter)*, O: $crate::observe::Observed> $crate::inspect::Watched
            for $flow<$($of,)* O>
        {
            fn watch(&self) -> $crate::inspect::Watch {
                self.observed.view()
            }
        }
    };
}

pub(super) use observed;
