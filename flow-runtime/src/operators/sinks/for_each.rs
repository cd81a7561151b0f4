//! `for_each` and `sink`: the ends that give nothing back.

use crate::operators::parts::decides::Finished;
use crate::operators::parts::gives::Gives;
use crate::ty::{Ty, When};

/// Calls `f` with each item.
///
/// With `for_each(f)?` the function gives a `Result<(), _>`, and its first
/// `Err` ends the flow.
#[inline]
pub fn for_each<T, V, F: FnMut(T) + FnOnce(T) -> V, M>(_: Ty<T, M>, f: F) -> When<V, F> {
    f
}

/// [`for_each`] by a function that is given by its name.
#[inline]
pub fn for_each_named<T, V: Finished, F: FnMut(T) -> V, M>(_: Ty<T, M>, f: F) -> V::Then<F> {
    V::then(f)
}

/// Calls `f` with each item; an `Err` goes to the `?` behind it.
#[inline]
pub fn try_for_each<T, E, V, F: FnMut(T) -> Result<(), E> + FnOnce(T) -> V, M>(
    _: Ty<T, M>,
    f: F,
) -> (When<V, F>, Ty<Result<(), E>, M>) {
    (f, Ty::of_mode())
}

/// Awaits the async function `f` with each item, one at a time.
///
/// With `sink(f)?` the function gives a `Result<(), _>`, and its first `Err`
/// ends the flow.
#[inline]
pub fn sink<T, V, F: AsyncFnMut(T) + AsyncFnOnce(T) -> V, M>(_: Ty<T, M>, f: F) -> When<V, F> {
    f
}

/// Awaits the async function `f` with each item; an `Err` goes to the `?`
/// behind it.
#[inline]
pub fn try_sink<T, E, V, F: AsyncFnMut(T) -> Result<(), E> + AsyncFnOnce(T) -> V, M>(
    _: Ty<T, M>,
    f: F,
) -> (When<V, F>, Ty<Result<(), E>, M>) {
    (f, Ty::of_mode())
}

/// [`sink`] of a closure that is not `async`. What it gives may be no future; then
/// that is blamed once, where it is to be awaited.
#[inline]
pub fn sink_closure<T, G, F: FnMut(T) -> G, M>(_: Ty<T, M>, f: F) -> F {
    f
}

/// [`try_sink`] of such a closure.
#[inline]
pub fn try_sink_closure<T, G, F: FnMut(T) -> G, M>(_: Ty<T, M>, f: F) -> (F, Gives<G, M>) {
    (f, Gives(Ty::of_mode()))
}

/// Drops one item, which nobody else uses.
#[inline]
pub fn dropped<T>(_: T) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_called_with_each_item() {
        let mut seen = Vec::new();
        (1..3).for_each(for_each(Ty::new(), |x| seen.push(x)));
        assert_eq!(seen, [1, 2]);
        let (fails, _) = try_for_each(Ty::<i32>::new(), |x| if x > 1 { Err(x) } else { Ok(()) });
        assert_eq!([1, 2].map(fails), [Ok(()), Err(2)]);
    }

    #[tokio::test]
    async fn async_functions_are_awaited_with_each_item() {
        let mut seen = Vec::new();
        let mut push = sink(Ty::<String>::new(), async |text| seen.push(text.len()));
        push("ab".to_owned()).await;
        let (mut fails, _) = try_sink(Ty::<i32>::new(), async |x| Err::<(), _>(x + 1));
        assert_eq!(fails(1).await, Err(2));
        assert_eq!(seen, [2]);
    }
}
