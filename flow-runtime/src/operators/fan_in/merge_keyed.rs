//! `merge_keyed`: sorted inputs become one, an item a key.

use super::lane::{Lane, least};
use crate::artifact::{KeyedItem, Mergeable};
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::error::Error;
use crate::ty::Ty;

/// Merges inputs that are sorted by key: one item a key, in key order.
///
/// Where several inputs have the key the rightmost wins, and the others are
/// not touched; a stale record [does not win](Mergeable::over). Gives a `Result`:
/// an unsorted or repeated key is an error that names the input and both keys.
#[inline]
pub fn merge_keyed<I: Merged<N>, const N: usize>(
    inputs: I,
    names: [&'static str; N],
) -> (MergeKeyed<I::Lanes>, Ty<Result<I::Out, Error>>) {
    let lanes = inputs.lanes(names);
    (MergeKeyed { lanes }, Ty::new())
}

/// The inputs of a merge.
pub struct MergeKeyed<L> {
    /// The inputs, to push into and to close.
    pub lanes: L,
}

/// Implemented by what can be merged: the witnesses of two to eight inputs with one type of key.
pub trait Merged<const N: usize> {
    /// A [`Lane`] for each input.
    type Lanes;

    /// An item of any input.
    type Out;

    /// The lanes, empty and open.
    fn lanes(self, names: [&'static str; N]) -> Self::Lanes;
}

/// Implements the merge of some inputs. Every input but the first comes with
/// two types: what the inputs left of it give, and what they give with it.
macro_rules! merge {
    ($n:literal: $first:ident $(, $input:ident $i:tt: $left:ident => $joined:ident)+; $out:ident) => {
        impl<K: Ord + Clone, $first $(, $input, $joined)+, M> Merged<$n> for (Ty<$first, M>, $(Ty<$input, M>),+)
        where
            $first: KeyedItem<Key = K>,
            $($input: KeyedItem<Key = K>, $left: Mergeable<$input, Out = $joined>,)+
        {
            type Lanes = (Lane<$first, K>, $(Lane<$input, K>),+);
            type Out = $out;

            #[inline]
            fn lanes(self, names: [&'static str; $n]) -> Self::Lanes {
                (Lane::new(self.0, names[0]), $(Lane::new(self.$i, names[$i])),+)
            }
        }

        impl<K, $first $(, $input)+> MergeKeyed<(Lane<$first, K>, $(Lane<$input, K>),+)> {
            /// The next item, or error; `None` until every open input has shown
            /// its next key.
            #[inline(always)]
            pub fn pop<$($joined),+>(&mut self) -> Option<Result<$out, Error>>
            where
                K: Ord + Clone,
                $first: KeyedItem<Key = K>,
                $($input: KeyedItem<Key = K>, $left: Mergeable<$input, Out = $joined>,)+
            {
                let lanes = &mut self.lanes;
                let error = lanes.0.error()$(.or_else(|| lanes.$i.error()))+;
                if let Some(error) = error {
                    return Some(Err(error));
                }
                if lanes.0.wants() $(|| lanes.$i.wants())+ {
                    return None;
                }
                let (_, due) = least!(lanes, 0 $(, $i)+);
                let item = lanes.0.take_if(due & 1 != 0);
                $(let item = match (item, lanes.$i.take_if(due & 1 << $i != 0)) {
                    (Some(left), Some(item)) => Some(<$left as Mergeable<$input>>::over(left, item)),
                    (None, Some(item)) => Some(<$left as Mergeable<$input>>::right(item)),
                    (left, None) => left.map(<$left as Mergeable<$input>>::left),
                };)+
                item.map(Ok)
            }

            /// Returns whether all inputs are closed and nothing is left to give.
            #[inline]
            #[must_use]
            pub fn is_over(&self) -> bool {
                self.lanes.0.is_over() $(&& self.lanes.$i.is_over())+
            }
        }

        impl<K, $first $(, $input)+> Fresh for MergeKeyed<(Lane<$first, K>, $(Lane<$input, K>),+)> {
            fn fresh(&self) -> Self {
                let lanes = (self.lanes.0.fresh(), $(self.lanes.$i.fresh()),+);
                Self { lanes }
            }
        }

        impl<K: Clone, $first: Clone $(, $input: Clone)+> Twin
            for MergeKeyed<(Lane<$first, K>, $(Lane<$input, K>),+)>
        {
            fn twin(&self) -> Self {
                let lanes = (self.lanes.0.twin(), $(self.lanes.$i.twin()),+);
                Self { lanes }
            }
        }
    };
}

merge!(2: A, B 1: A => AB; AB);
merge!(3: A, B 1: A => AB, C 2: AB => AC; AC);
merge!(4: A, B 1: A => AB, C 2: AB => AC, D 3: AC => AD; AD);
merge!(5: A, B 1: A => AB, C 2: AB => AC, D 3: AC => AD, E 4: AD => AE; AE);
merge!(6: A, B 1: A => AB, C 2: AB => AC, D 3: AC => AD, E 4: AD => AE, F 5: AE => AF; AF);
merge!(7: A, B 1: A => AB, C 2: AB => AC, D 3: AC => AD, E 4: AD => AE, F 5: AE => AF,
    G 6: AF => AG; AG);
merge!(8: A, B 1: A => AB, C 2: AB => AC, D 3: AC => AD, E 4: AD => AE, F 5: AE => AF,
    G 6: AF => AG, H 7: AG => AH; AH);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    type Pair = (u32, u32);

    /// Merges as an expansion does: pulls what is wanted, gives what it can.
    fn merged(left: &[Pair], right: &[Pair]) -> Vec<Result<Pair, String>> {
        let inputs = (Ty::<Pair>::new(), Ty::<Pair>::new());
        let (mut merge, _) = merge_keyed(inputs, ["left", "right"]);
        let (mut left, mut right) = (left.iter(), right.iter());
        let mut all = Vec::new();
        while !merge.is_over() {
            if merge.lanes.0.wants() {
                match left.next() {
                    Some(pair) => merge.lanes.0.push(*pair),
                    None => merge.lanes.0.close(),
                }
            }
            if merge.lanes.1.wants() {
                match right.next() {
                    Some(pair) => merge.lanes.1.push(*pair),
                    None => merge.lanes.1.close(),
                }
            }
            while let Some(item) = merge.pop() {
                all.push(item.map_err(|error| {
                    assert_eq!(error.kind(), ErrorKind::Unsorted);
                    error.to_string()
                }));
            }
        }
        assert!(merge.pop().is_none());
        all
    }

    fn good(pairs: &[Pair]) -> Vec<Result<Pair, String>> {
        pairs.iter().copied().map(Ok).collect()
    }

    #[test]
    fn the_rightmost_wins() {
        let all = merged(
            &[(1, 1), (2, 2), (3, 3), (4, 4)],
            &[(2, 1), (4, 2), (6, 3), (8, 4)],
        );
        let expected = [(1, 1), (2, 1), (3, 3), (4, 2), (6, 3), (8, 4)];
        assert_eq!(all, good(&expected));
        let all = merged(
            &[2, 4, 6, 8, 10, 12].map(|key| (key, key)),
            &[3, 6, 9, 12].map(|key| (key, 10 * key)),
        );
        let values: Vec<_> = all.into_iter().map(|pair| pair.unwrap().1).collect();
        assert_eq!(values, [2, 30, 4, 60, 8, 90, 10, 120]);
    }

    #[test]
    fn a_copy_has_the_errors_that_are_not_told_and_an_empty_one_has_none() {
        let inputs = (Ty::<Pair>::new(), Ty::<Pair>::new());
        let (mut merge, _) = merge_keyed(inputs, ["left", "right"]);
        merge.lanes.0.push((5, 0));
        merge.lanes.0.push((3, 0));
        let mut twin = merge.twin();
        for merge in [&mut merge, &mut twin] {
            let error = merge.pop().unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsorted);
            let text = "input `left` has an unsorted key: 3 after 5";
            assert_eq!(error.to_string(), text);
            assert!(merge.pop().is_none());
            assert_eq!((merge.lanes.0.len(), merge.lanes.1.len()), (1, 0));
        }
        assert_eq!(merge.fresh().lanes.0.len(), 0);
    }

    #[test]
    fn empty_inputs() {
        assert_eq!(merged(&[], &[]), []);
        assert_eq!(merged(&[(1, 1)], &[]), good(&[(1, 1)]));
        assert_eq!(merged(&[], &[(1, 1)]), good(&[(1, 1)]));
    }

    #[test]
    fn unsorted_and_repeated_keys_are_reported_and_dropped() {
        let all = merged(&[(5, 0), (3, 0), (6, 0)], &[(1, 1), (1, 2), (7, 1)]);
        let expected = [
            Ok((1, 1)),
            Err("input `right` repeats a key: 1 after 1".to_owned()),
            Ok((5, 0)),
            Err("input `left` has an unsorted key: 3 after 5".to_owned()),
            Ok((6, 0)),
            Ok((7, 1)),
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn one_input_may_outrun_the_others() {
        let inputs = (
            Ty::<(i32, char)>::new(),
            Ty::<(i32, char)>::new(),
            Ty::<(i32, char)>::new(),
        );
        let (mut merge, _) = merge_keyed(inputs, ["a", "b", "c"]);
        for key in 1..=3 {
            merge.lanes.0.push((key, 'a'));
        }
        assert!(merge.pop().is_none());
        merge.lanes.2.push((2, 'c'));
        assert!(merge.lanes.1.wants());
        merge.lanes.1.close();
        let mut next = || merge.pop().map(Result::unwrap);
        assert_eq!(
            (next(), next(), next()),
            (Some((1, 'a')), Some((2, 'c')), None)
        );
        merge.lanes.2.close();
        assert_eq!(merge.pop().unwrap().unwrap(), (3, 'a'));
        assert!(!merge.is_over());
        merge.lanes.0.close();
        assert!(merge.is_over());
    }

    #[test]
    fn a_report_is_not_lost_at_the_end() {
        let (mut merge, _) =
            merge_keyed((Ty::<(i32, ())>::new(), Ty::<(i32, ())>::new()), ["a", "b"]);
        merge.lanes.0.push((2, ()));
        merge.lanes.0.push((1, ()));
        merge.lanes.0.close();
        merge.lanes.1.close();
        assert!(merge.pop().unwrap().is_err());
        assert!(merge.pop().unwrap().is_ok());
        assert!(merge.is_over());
    }

    #[test]
    fn eight_inputs() {
        let item = Ty::<(usize, usize)>::new();
        let inputs = (item, item, item, item, item, item, item, item);
        let (mut merge, _) = merge_keyed(inputs, ["x"; 8]);
        macro_rules! fill {
            ($($i:tt)+) => {$(
                merge.lanes.$i.push((0, $i));
                merge.lanes.$i.push(($i + 1, $i));
                merge.lanes.$i.close();
            )+};
        }
        fill!(0 1 2 3 4 5 6 7);
        let all: Vec<_> = std::iter::from_fn(|| merge.pop())
            .map(Result::unwrap)
            .collect();
        let mut expected = vec![(0, 7)];
        expected.extend((0..8).map(|i| (i + 1, i)));
        assert_eq!(all, expected);
    }
}
