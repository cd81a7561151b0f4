//! Several aggregates of one window, in a tuple.

use super::{Several, Summary};

macro_rules! several {
    ($($summary:ident $i:tt),+) => {
        impl<$($summary: Several),+> Several for ($($summary,)+) {}

        impl<T, $($summary: Summary<T>),+> Summary<T> for ($($summary,)+) {
            type State = ($($summary::State,)+);
            type Output = ($($summary::Output,)+);
            const LEAVES: bool = $($summary::LEAVES)||+;

            #[inline]
            fn open(&mut self, slides: bool) -> Self::State {
                ($(self.$i.open(slides),)+)
            }

            #[inline]
            fn enter(&mut self, state: &mut Self::State, item: &T) {
                $(self.$i.enter(&mut state.$i, item);)+
            }

            #[inline]
            fn leave(&mut self, state: &mut Self::State, item: &T) {
                $(self.$i.leave(&mut state.$i, item);)+
            }

            #[inline]
            fn value(&self, state: &Self::State) -> Self::Output {
                ($(self.$i.value(&state.$i),)+)
            }

            #[inline]
            fn reset(&mut self, state: &mut Self::State) {
                $(self.$i.reset(&mut state.$i);)+
            }
        }
    };
}

several!(A 0, B 1);
several!(A 0, B 1, C 2);
several!(A 0, B 1, C 2, D 3);
several!(A 0, B 1, C 2, D 3, E 4);
several!(A 0, B 1, C 2, D 3, E 4, F 5);
several!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
several!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
several!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
several!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
several!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
several!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
