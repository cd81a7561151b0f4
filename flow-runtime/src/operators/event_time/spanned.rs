//! Windows with their spans, of which something is known in place of their items.

use super::late::Span;
use crate::operators::aggregate::Windowed;

impl<X, W: Windowed> Windowed for (Span<X>, W) {
    type Item = W::Item;
    type With<O> = (Span<X>, W::With<O>);

    #[inline]
    fn replace<O>(self, by: impl FnOnce(&[W::Item]) -> O) -> Self::With<O> {
        (self.0, self.1.replace(by))
    }
}

impl<K, X, W: Windowed> Windowed for (K, Span<X>, W) {
    type Item = W::Item;
    type With<O> = (K, Span<X>, W::With<O>);

    #[inline]
    fn replace<O>(self, by: impl FnOnce(&[W::Item]) -> O) -> Self::With<O> {
        (self.0, self.1, self.2.replace(by))
    }
}
