//! `cogroup`: sorted inputs side by side, a tuple a key.

use super::lane::{Lane, least};
use crate::artifact::KeyedItem;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::error::Error;
use crate::ty::Ty;

/// Puts inputs that are sorted by key side by side:
/// `(key, (Option<A>, Option<B>, …))`, `None` where an input lacks the key.
///
/// `carry = true` repeats the last item of an input that lacks the key. Gives a
/// `Result`: an unsorted or repeated key is an error that names the input and
/// both keys.
#[inline]
pub fn cogroup<I: Grouped<N>, const N: usize>(
    inputs: I,
    names: [&'static str; N],
) -> (Cogroup<I::Lanes>, Ty<Result<(I::Key, I::Row), Error>>) {
    let lanes = inputs.lanes(names);
    (Cogroup { lanes }, Ty::new())
}

/// Puts inputs that are sorted by key side by side, and repeats the last item
/// of an input that lacks the key.
#[inline]
pub fn cogroup_carry<I: Grouped<N, Row: Default>, const N: usize>(
    inputs: I,
    names: [&'static str; N],
) -> (
    CogroupCarry<I::Lanes, I::Row>,
    Ty<Result<(I::Key, I::Row), Error>>,
) {
    let carry = CogroupCarry {
        lanes: inputs.lanes(names),
        last: I::Row::default(),
    };
    (carry, Ty::new())
}

/// The inputs of a cogroup.
pub struct Cogroup<L> {
    /// The inputs, to push into and to close.
    pub lanes: L,
}

/// The inputs of a cogroup that carries on.
pub struct CogroupCarry<L, R> {
    /// The inputs, to push into and to close.
    pub lanes: L,
    /// The last item of every input.
    last: R,
}

/// Implemented by what can be grouped: the witnesses of two to eight inputs with one type of
/// key.
pub trait Grouped<const N: usize> {
    /// The key of all inputs.
    type Key;

    /// A [`Lane`] for each input.
    type Lanes;

    /// The type of what the inputs have under one key.
    type Row;

    /// The lanes, empty and open.
    fn lanes(self, names: [&'static str; N]) -> Self::Lanes;
}

/// Implements the cogroup of some inputs.
macro_rules! cogroup {
    ($n:literal: $($input:ident $i:tt),+) => {
        impl<K: Ord + Clone, $($input: KeyedItem<Key = K>,)+ M> Grouped<$n> for ($(Ty<$input, M>,)+) {
            type Key = K;
            type Lanes = ($(Lane<$input, K>,)+);
            type Row = ($(Option<$input>,)+);

            #[inline]
            fn lanes(self, names: [&'static str; $n]) -> Self::Lanes {
                ($(Lane::new(self.$i, names[$i]),)+)
            }
        }

        impl<K, $($input),+> Cogroup<($(Lane<$input, K>,)+)> {
            /// The next row, or error; `None` until every open input has shown
            /// its next key.
            #[inline(always)]
            pub fn pop(&mut self) -> Option<Result<(K, ($(Option<$input>,)+)), Error>>
            where
                K: Ord + Clone,
                $($input: KeyedItem<Key = K>,)+
            {
                let lanes = &mut self.lanes;
                let (key, due) = match cogroup!(@next lanes, $($i),+)? {
                    Ok(next) => next,
                    Err(error) => return Some(Err(error)),
                };
                let row = ($(lanes.$i.take_if(due & 1 << $i != 0),)+);
                Some(Ok((key, row)))
            }

            /// Returns whether all inputs are closed and nothing is left to give.
            #[inline]
            #[must_use]
            pub fn is_over(&self) -> bool {
                $(self.lanes.$i.is_over())&&+
            }
        }

        impl<K, $($input),+> Fresh for Cogroup<($(Lane<$input, K>,)+)> {
            fn fresh(&self) -> Self {
                let lanes = ($(self.lanes.$i.fresh(),)+);
                Self { lanes }
            }
        }

        impl<K: Clone, $($input: Clone),+> Twin for Cogroup<($(Lane<$input, K>,)+)> {
            fn twin(&self) -> Self {
                let lanes = ($(self.lanes.$i.twin(),)+);
                Self { lanes }
            }
        }

        impl<K, $($input),+> Fresh for CogroupCarry<($(Lane<$input, K>,)+), ($(Option<$input>,)+)> {
            fn fresh(&self) -> Self {
                Self {
                    lanes: ($(self.lanes.$i.fresh(),)+),
                    last: ($(None::<$input>,)+),
                }
            }
        }

        impl<K: Clone, $($input: Clone),+> Twin
            for CogroupCarry<($(Lane<$input, K>,)+), ($(Option<$input>,)+)>
        {
            fn twin(&self) -> Self {
                Self {
                    lanes: ($(self.lanes.$i.twin(),)+),
                    last: self.last.clone(),
                }
            }
        }

        impl<K, $($input),+> CogroupCarry<($(Lane<$input, K>,)+), ($(Option<$input>,)+)>
        {
            /// The next row, or error; `None` until every open input has shown
            /// its next key.
            #[inline(always)]
            pub fn pop(&mut self) -> Option<Result<(K, ($(Option<$input>,)+)), Error>>
            where
                K: Ord + Clone,
                $($input: KeyedItem<Key = K> + Clone,)+
            {
                let lanes = &mut self.lanes;
                let (key, due) = match cogroup!(@next lanes, $($i),+)? {
                    Ok(next) => next,
                    Err(error) => return Some(Err(error)),
                };
                $(if let Some(item) = lanes.$i.take_if(due & 1 << $i != 0) {
                    self.last.$i = Some(item);
                })+
                Some(Ok((key, self.last.clone())))
            }

            /// Returns whether all inputs are closed and nothing is left to give.
            #[inline]
            #[must_use]
            pub fn is_over(&self) -> bool {
                $(self.lanes.$i.is_over())&&+
            }
        }
    };

    // The key of the next row and the lanes that show it, or an error; `None` where an input has to show
    // its next key first.
    (@next $lanes:ident, $($i:tt),+) => {{
        if let Some(error) = None$(.or_else(|| $lanes.$i.error()))+ {
            Some(Err(error))
        } else if $($lanes.$i.wants())||+ {
            None
        } else {
            let (least, due) = least!($lanes, $($i),+);
            least.map(|key| Ok((key.clone(), due)))
        }
    }};
}

cogroup!(2: A 0, B 1);
cogroup!(3: A 0, B 1, C 2);
cogroup!(4: A 0, B 1, C 2, D 3);
cogroup!(5: A 0, B 1, C 2, D 3, E 4);
cogroup!(6: A 0, B 1, C 2, D 3, E 4, F 5);
cogroup!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
cogroup!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const NAMES: [&str; 3] = ["S", "D", "X"];

    /// The rows of `S{0,1,3,4} D{0,1,2} X{2,3,4}`, as the keys that each has.
    macro_rules! rows {
        ($constructor:ident) => {{
            let item = Ty::<(u8, char)>::new();
            let (mut rows, _) = $constructor((item, item, item), NAMES);
            [0, 1, 3, 4]
                .into_iter()
                .for_each(|key| rows.lanes.0.push((key, 's')));
            [0, 1, 2]
                .into_iter()
                .for_each(|key| rows.lanes.1.push((key, 'd')));
            [2, 3, 4]
                .into_iter()
                .for_each(|key| rows.lanes.2.push((key, 'x')));
            rows.lanes.0.close();
            rows.lanes.1.close();
            assert!(!rows.is_over());
            rows.lanes.2.close();
            let all: Vec<_> = std::iter::from_fn(|| rows.pop())
                .map(Result::unwrap)
                .collect();
            assert!(rows.is_over());
            all.into_iter()
                .map(|(key, (s, d, x))| (key, [s, d, x].map(|item| item.map(|item| item.0))))
                .collect::<Vec<_>>()
        }};
    }

    #[test]
    fn none_where_an_input_lacks_the_key() {
        let expected = [
            (0, [Some(0), Some(0), None]),
            (1, [Some(1), Some(1), None]),
            (2, [None, Some(2), Some(2)]),
            (3, [Some(3), None, Some(3)]),
            (4, [Some(4), None, Some(4)]),
        ];
        assert_eq!(rows!(cogroup), expected);
    }

    #[test]
    fn carried_items_repeat() {
        let expected = [
            (0, [Some(0), Some(0), None]),
            (1, [Some(1), Some(1), None]),
            (2, [Some(1), Some(2), Some(2)]),
            (3, [Some(3), Some(2), Some(3)]),
            (4, [Some(4), Some(2), Some(4)]),
        ];
        assert_eq!(rows!(cogroup_carry), expected);
    }

    #[test]
    fn inputs_may_have_different_values() {
        let inputs = (Ty::<(&str, u8)>::new(), Ty::<(&str, String)>::new());
        let (mut rows, _) = cogroup(inputs, ["numbers", "names"]);
        rows.lanes.0.push(("a", 1));
        assert!(rows.pop().is_none());
        rows.lanes.1.push(("a", "one".to_owned()));
        let expected = ("a", (Some(("a", 1)), Some(("a", "one".to_owned()))));
        assert_eq!(rows.pop().unwrap().unwrap(), expected);
        assert!(rows.pop().is_none());
    }

    #[test]
    fn repeated_keys_are_reported() {
        let (mut rows, _) = cogroup((Ty::<(u8, ())>::new(), Ty::<(u8, ())>::new()), ["a", "b"]);
        rows.lanes.1.push((1, ()));
        rows.lanes.1.push((1, ()));
        let error = rows.pop().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsorted);
        assert_eq!(error.to_string(), "input `b` repeats a key: 1 after 1");
    }
}
