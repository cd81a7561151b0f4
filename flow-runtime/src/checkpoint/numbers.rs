//! The numbers of items, for tokens: of what items something was made.
//!
//! Where a source acknowledges, an operator numbers its items as they come, and says of
//! everything that it gives of which items it was made. The tokens lie beside it, by
//! these numbers. Elsewhere nothing of it is there.

/// The words in which an operator speaks of its items.
pub trait Numbers: Default {
    /// The numbers of the items in a window.
    type Marks: Default;

    /// Something that is given.
    type Out<X>;

    /// An item is in a window.
    fn put(marks: &mut Self::Marks, number: u64);

    /// Returns what was made of one item, which stays nowhere.
    fn one<X>(given: X, number: u64) -> Self::Out<X>;

    /// Returns what was made of several items, which stay nowhere.
    fn all<X>(given: X, marks: Self::Marks) -> Self::Out<X>;

    /// Returns what was made of several items, which may stay.
    fn some<X>(given: X, numbers: impl Iterator<Item = u64>) -> Self::Out<X>;

    /// Changes what is given, and not what it was made of.
    fn map<X, Y>(given: Self::Out<X>, change: impl FnOnce(X) -> Y) -> Self::Out<Y>;

    /// An item stays nowhere any more.
    fn gone(&mut self, number: u64);
}

/// No numbers.
#[derive(Default)]
pub struct Plain;

impl Numbers for Plain {
    type Marks = ();
    type Out<X> = X;

    #[inline]
    fn put((): &mut (), _: u64) {}

    #[inline]
    fn one<X>(given: X, _: u64) -> X {
        given
    }

    #[inline]
    fn all<X>(given: X, (): ()) -> X {
        given
    }

    #[inline]
    fn some<X>(given: X, _: impl Iterator<Item = u64>) -> X {
        given
    }

    #[inline]
    fn map<X, Y>(given: X, change: impl FnOnce(X) -> Y) -> Y {
        change(given)
    }

    #[inline]
    fn gone(&mut self, _: u64) {}
}

/// Numbers of items, for the tokens beside the operator.
#[derive(Default)]
pub struct Numbered {
    /// The items that stay nowhere any more, and were not given alone.
    gone: Vec<u64>,
}

impl Numbered {
    /// The items that stay nowhere any more, each once.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = u64> {
        self.gone.drain(..)
    }
}

/// The items that something was made of.
pub enum Made {
    /// One, which stays nowhere.
    One(u64),
    /// Several, which stay nowhere.
    All(Vec<u64>),
    /// Several, which may stay.
    Some(Vec<u64>),
}

impl Numbers for Numbered {
    type Marks = Vec<u64>;
    type Out<X> = (X, Made);

    #[inline]
    fn put(marks: &mut Vec<u64>, number: u64) {
        marks.push(number);
    }

    #[inline]
    fn one<X>(given: X, number: u64) -> (X, Made) {
        (given, Made::One(number))
    }

    #[inline]
    fn all<X>(given: X, marks: Vec<u64>) -> (X, Made) {
        (given, Made::All(marks))
    }

    #[inline]
    fn some<X>(given: X, numbers: impl Iterator<Item = u64>) -> (X, Made) {
        (given, Made::Some(numbers.collect()))
    }

    #[inline]
    fn map<X, Y>((given, made): (X, Made), change: impl FnOnce(X) -> Y) -> (Y, Made) {
        (change(given), made)
    }

    #[inline]
    fn gone(&mut self, number: u64) {
        self.gone.push(number);
    }
}
