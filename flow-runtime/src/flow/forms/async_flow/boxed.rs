//! Asynchronous flows of one result, in one type.

use std::{
    fmt,
    task::{Context, Poll},
};

use super::AsyncFlow;
use crate::flow::{
    driven::{Driven, Running, running},
    forms::Sealed,
    stop::Signal,
};
use crate::graph::Graph;

/// An [`AsyncFlow`] in a box: what [`AsyncFlow::boxed`] gives. It is `Send`.
///
/// ```
/// use flow_runtime::{flow, running::{AsyncFlow, BoxAsyncFlow}};
/// use std::collections::HashMap;
///
/// /// Jobs by name, to be run when somebody asks for them.
/// #[derive(Default)]
/// struct Jobs(HashMap<&'static str, BoxAsyncFlow<'static, u64>>);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut jobs = Jobs::default();
/// let sum = flow! { from(1..=4_u64) -> then(async |x| x) -> sum::<u64>() };
/// jobs.0.insert("sum", sum.boxed());
/// assert_eq!(jobs.0.remove("sum").unwrap().spawn().await.unwrap(), 10);
/// # }
/// ```
#[must_use = "nothing runs until the flow is run"]
pub struct BoxAsyncFlow<'a, T>(Box<dyn Hidden<T> + Send + 'a>);

/// The operations of a flow in a box.
trait Hidden<T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<T>;

    fn begin(&mut self, signal: &Signal);

    fn graph(&self) -> Graph;
}

impl<F: AsyncFlow> Hidden<F::Output> for F {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        Driven::poll(self, cx)
    }

    fn begin(&mut self, signal: &Signal) {
        AsyncFlow::begin(self, signal);
    }

    fn graph(&self) -> Graph {
        AsyncFlow::graph(self)
    }
}

impl<'a, T> BoxAsyncFlow<'a, T> {
    pub(super) fn new(flow: impl AsyncFlow<Output = T> + Send + 'a) -> Self {
        Self(Box::new(flow))
    }
}

impl<T> Sealed for BoxAsyncFlow<'_, T> {}

impl<T> Driven for BoxAsyncFlow<'_, T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        self.0.poll(cx)
    }
}

impl<T> IntoFuture for BoxAsyncFlow<'_, T> {
    type Output = T;
    type IntoFuture = Running<Self>;

    fn into_future(self) -> Running<Self> {
        running(self)
    }
}

impl<T> AsyncFlow for BoxAsyncFlow<'_, T> {
    fn graph(&self) -> Graph {
        self.0.graph()
    }

    fn begin(&mut self, signal: &Signal) {
        self.0.begin(signal);
    }
}

impl<T> fmt::Debug for BoxAsyncFlow<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxAsyncFlow").finish_non_exhaustive()
    }
}
