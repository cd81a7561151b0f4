//! Items that `merge_keyed` may put into one stream.
//!
//! Two inputs meet, and whatever comes out must be of one type: pairs of the
//! same types stay what they are, and two artifacts of the same key and value
//! become an [`Either`].

use super::{Artifact, Either, KeyedItem, Origin, wanted};

/// Items that may travel in one stream with items of type `Other`.
///
/// ```
/// use flow_runtime::artifact::Mergeable;
///
/// type Pair = (u32, char);
/// assert_eq!(Pair::over((1, 'a'), (1, 'b')), (1, 'b'));
/// assert_eq!(<Pair as Mergeable<Pair>>::left((1, 'a')), (1, 'a'));
/// assert_eq!(<Pair as Mergeable<Pair>>::right((2, 'b')), (2, 'b'));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{Other}` cannot be merged",
    note = "merged inputs are pairs of the same types, artifacts with the same key and value, or records of one type"
)]
pub trait Mergeable<Other> {
    /// The type of what both become.
    type Out;

    /// Returns what an item of the input on the left becomes.
    fn left(self) -> Self::Out;

    /// Returns what an item of the input on the right becomes.
    fn right(other: Other) -> Self::Out;

    /// Returns the one of two items with one key that goes on: that on the right.
    ///
    /// Where that is a stored record which another version or fingerprint made than
    /// the artifact on the left would be made by, it is stale and counts as missing. Then the
    /// one on the left goes on, and whoever ensures it decides.
    #[inline]
    fn over(self, other: Other) -> Self::Out
    where
        Self: Sized,
    {
        Self::right(other)
    }
}

impl<K, V> Mergeable<(K, V)> for (K, V)
where
    (K, V): KeyedItem,
{
    type Out = (K, V);

    fn left(self) -> (K, V) {
        self
    }

    fn right(other: (K, V)) -> (K, V) {
        other
    }
}

#[diagnostic::do_not_recommend]
impl<A, B> Mergeable<B> for A
where
    A: Artifact,
    B: Artifact<Key = A::Key, Value = A::Value>,
{
    type Out = Either<A, B>;

    fn left(self) -> Either<A, B> {
        Either::Left(self)
    }

    fn right(other: B) -> Either<A, B> {
        Either::Right(other)
    }

    fn over(self, other: B) -> Either<A, B> {
        let is_made_anew = wanted(&other) != Origin::default();
        match is_made_anew || !other.made_by().is_stale(wanted(&self)) {
            true => Either::Right(other),
            false => Either::Left(self),
        }
    }
}
