//! `aggregate(…)` behind a window that others see as well.

use super::Summary;
use crate::operators::many::batch::Batch;
use crate::operators::many::inline_batch::InlineBatch;
use crate::operators::many::window::Window;
use crate::ty::Ty;

/// Gives aggregates in place of windows.
#[inline]
pub fn aggregate<W: Windowed, S: Summary<W::Item>, M>(
    _: Ty<W, M>,
    mut summary: S,
) -> (Behind<S, S::State>, Ty<W::With<S::Output>, M>) {
    let state = summary.open(false);
    (Behind { summary, state }, Ty::of_mode())
}

/// Aggregates of one window after the other.
#[derive(Clone)]
pub struct Behind<S, A> {
    summary: S,
    /// The state of a window; between two of them it is empty.
    state: A,
}

impl<S, A> Behind<S, A> {
    /// Gives what is known of the items in a window in place of it.
    #[inline]
    pub fn call<W: Windowed>(&mut self, window: W) -> W::With<S::Output>
    where
        S: Summary<W::Item, State = A>,
    {
        let Self { summary, state } = self;
        window.replace(|items| {
            items.iter().for_each(|item| summary.enter(state, item));
            let value = summary.value(state);
            if S::LEAVES {
                items.iter().for_each(|item| summary.leave(state, item));
            }
            summary.reset(state);
            value
        })
    }
}

/// The witness of the items in a window.
#[inline]
pub fn aggregate_items<W: Windowed, M>(_: Ty<W, M>) -> Ty<W::Item, M> {
    Ty::of_mode()
}

/// The output of a window operator.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no window",
    label = "`aggregate` stands behind a window",
    note = "it stands directly behind `tumbling_window`, `hopping_window`, `session_window` or `sliding_window`"
)]
pub trait Windowed {
    /// An item in the window.
    type Item;

    /// The same, with something in place of the items.
    type With<O>;

    /// Replaces the items.
    fn replace<O>(self, by: impl FnOnce(&[Self::Item]) -> O) -> Self::With<O>;
}

macro_rules! bare {
    ([$($parameter:tt)*] $window:ty) => {
        impl<T, $($parameter)*> Windowed for $window {
            type Item = T;
            type With<O> = O;

            #[inline]
            fn replace<O>(self, by: impl FnOnce(&[T]) -> O) -> O {
                by(&self)
            }
        }
    };
}

bare!([] Batch<T>);
bare!([] Window<T>);
bare!([const N: usize] [T; N]);
bare!([const N: usize] InlineBatch<T, N>);

impl<W: Windowed, E> Windowed for Result<W, E> {
    type Item = W::Item;
    type With<O> = Result<W::With<O>, E>;

    #[inline]
    fn replace<O>(self, by: impl FnOnce(&[W::Item]) -> O) -> Self::With<O> {
        self.map(|window| window.replace(by))
    }
}
