//! What `merge_keyed` gives where its inputs are of several types.

/// Two item types that can leave one `merge_keyed`.
#[diagnostic::on_unimplemented(
    message = "`merge_keyed` cannot give `{Self}` and `{Other}` as one type",
    note = "its inputs are pairs `(key, value)` of one type, or artifacts with one type of key"
)]
pub trait Mergeable<Other> {
    /// What holds either.
    type Out;

    /// An item of an input further left.
    fn left(self) -> Self::Out;

    /// An item of the input on the right.
    fn right(other: Other) -> Self::Out;
}

impl<K, V> Mergeable<(K, V)> for (K, V) {
    type Out = (K, V);

    #[inline]
    fn left(self) -> (K, V) {
        self
    }

    #[inline]
    fn right(other: (K, V)) -> (K, V) {
        other
    }
}
