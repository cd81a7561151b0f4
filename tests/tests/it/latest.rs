//! `zip_latest` and `combine_latest`.

use std::{cell::Cell, rc::Rc};

use flow_runtime::{ErrorKind, flow};
use futures::stream;

/// Two inputs that arrive in one order.
#[derive(Clone, Copy)]
enum In {
    A(u32),
    B(char),
}
use In::{A, B};

mod zip_latest {
    use super::*;

    #[test]
    fn every_item_of_the_first_with_the_latest_of_the_second() {
        let pairs: Vec<_> = flow! {
            from([A(1), A(2), B('A'), B('B'), A(3)]) -> match {
                A(x) => a,
                B(x) => b,
            };
            a = inspect(|_| ());
            b = inspect(|_| ());
            zip_latest(a, b) -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 'A'), (2, 'A'), (3, 'B')]);
    }

    #[test]
    fn inputs_may_be_chains() {
        let items = [A(1), B('A'), B('B'), A(2), A(3)];
        let pairs: Vec<_> = flow! {
            items = from(items);
            zip_latest(
                items -> filter_map(|item| if let A(x) = item { Some(x) } else { None }),
                items -> filter_map(|item| if let B(x) = item { Some(x) } else { None }),
            ) -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 'A'), (2, 'B'), (3, 'B')]);
    }

    #[test]
    fn branches_of_one_item_meet_in_one_tuple() {
        // Whichever is written first.
        let pairs: Vec<_> = flow! {
            x = from([1, 2, 3]);
            inc = x -> map(|x| x + 1);
            dec = x -> map(|x| x - 1);
            zip_latest(dec, inc, x) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 2, 1), (1, 3, 2), (2, 4, 3)]);
        let pairs: Vec<_> = flow! {
            x = from([1, 2, 3]);
            zip_latest(x, x -> filter(|x| x % 2 == 0), x -> map(|x| -x)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 2, -2), (2, 2, -2), (3, 2, -3)]);
    }

    #[test]
    fn all_that_one_item_leads_to_is_seen_first() {
        let pairs: Vec<_> = flow! {
            x = from([1, 2]);
            many = x -> flat_map(|x| [x * 10, x * 10 + 1]);
            more = x -> flat_map(|x| [x * 100, x * 100 + 1]);
            zip_latest(many, more) -> collect()
        }
        .run();
        assert_eq!(pairs, [(10, 101), (11, 101), (20, 201), (21, 201)]);
    }

    #[test]
    fn inside_a_loop_they_meet_at_every_turn() {
        let pairs: Vec<_> = flow! {
            x = from([1, 10]) -> flat_map(|x| [x, x + 1]);
            zip_latest(x, x -> map(|x| x * 2)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 2), (2, 4), (10, 20), (11, 22)]);
    }

    #[test]
    fn the_first_is_not_cloned() {
        struct Reading(u32);
        let sums: Vec<_> = flow! {
            zip_latest(from([1, 2]) -> map(Reading), from([10, 20]))
                -> map(|(reading, offset)| reading.0 + offset)
                -> collect()
        }
        .run();
        assert_eq!(sums, [11, 12]);
    }

    #[test]
    fn sources_take_turns() {
        let pairs: Vec<_> = flow! {
            zip_latest(from(1..=3), from(['A', 'B'])) -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 'A'), (2, 'A'), (3, 'B')]);
    }

    #[test]
    fn it_ends_with_its_first_input() {
        let (a, b) = (Cell::new(0), Cell::new(0));
        let count = |cell: &Cell<usize>| cell.set(cell.get() + 1);
        let pairs = flow! {
            zip_latest(from(0..3), from(0..) -> inspect(|_| count(&b))) -> count()
        }
        .run();
        assert_eq!((pairs, b.get()), (3, 3));
        // The other's end changes nothing: its last item is the latest.
        let pairs = flow! {
            zip_latest(from(0..5) -> inspect(|_| count(&a)), from(0..1)) -> count()
        }
        .run();
        assert_eq!((pairs, a.get()), (5, 5));
    }

    #[test]
    fn without_an_item_of_the_others_nothing_is_pulled_in_vain() {
        let pulled = Cell::new(0);
        let pairs = flow! {
            zip_latest(
                from(0..) -> inspect(|_| pulled.set(pulled.get() + 1)),
                from(0..9) -> filter(|x| *x > 99),
            ) -> count()
        }
        .run();
        assert_eq!((pairs, pulled.get()), (0, 1));
        let pairs = flow! { zip_latest(from(0..), from(0..0)) -> count() }.run();
        assert_eq!(pairs, 0);
    }

    #[test]
    fn what_waits_is_given_though_its_input_has_ended() {
        let pairs: Vec<_> = flow! {
            zip_latest(from([1]), from(0..9) -> filter(|x| *x == 7)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 7)]);
    }

    #[test]
    fn take_behind_it_ends_the_sources() {
        let pulled = Cell::new(0);
        let pairs: Vec<_> = flow! {
            zip_latest(from(0..) -> inspect(|_| pulled.set(pulled.get() + 1)), from('a'..))
                -> take(2)
                -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 'a'), (1, 'a')]);
        assert_eq!(pulled.get(), 2);
        let pairs: Vec<_> = flow! {
            x = from(0..);
            zip_latest(x, x -> map(|x| x * x)) -> take(3) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 0), (1, 1), (2, 4)]);
    }

    #[test]
    fn take_before_it_ends_the_only_source() {
        let pairs: Vec<_> = flow! {
            x = from(0..);
            zip_latest(x -> take(2), x -> map(|x| x * x)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 0), (1, 1)]);
        // The latest of a branch that has ended stays.
        let pairs: Vec<_> = flow! {
            x = from(0..);
            zip_latest(x -> take(3), x -> take(1) -> map(|x| x + 7)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 7), (1, 7), (2, 7)]);
        // Two wait for an item that comes after their branch has ended.
        let pairs: Vec<_> = flow! {
            x = from(0..);
            zip_latest(x -> take(2), x -> filter(|x| *x == 5)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 5), (1, 5)]);
        // A branch that ends without an item, and one fan-in behind another.
        let pairs = flow! {
            x = from(0..);
            zip_latest(x, x -> take_while(|x| *x > 0)) -> count()
        }
        .run();
        assert_eq!(pairs, 0);
        let pairs: Vec<_> = flow! {
            x = from(0..);
            inner = zip_latest(x -> take(2), x);
            combine_latest(inner, x, emit_on = inner) -> collect()
        }
        .run();
        assert_eq!(pairs, [((0, 0), 0), ((1, 1), 1)]);
    }

    #[test]
    fn a_branch_of_it_may_end_before_another() {
        let (all, two): (Vec<_>, Vec<_>) = flow! {
            pairs = zip_latest(from(0..3), from('a'..));
            all = pairs -> collect();
            two = pairs -> take(2) -> collect();
            (all, two)
        }
        .run();
        assert_eq!(all, [(0, 'a'), (1, 'a'), (2, 'b')]);
        assert_eq!(two, all[..2]);
    }

    #[test]
    fn what_is_held_before_and_behind_it_leaves_at_the_end() {
        let all: Vec<_> = flow! {
            x = from(1..=5);
            zip_latest(x -> partition(2), x) -> partition(2) -> collect()
        }
        .run();
        let all: Vec<Vec<_>> = all
            .iter()
            .map(|pairs| {
                pairs
                    .iter()
                    .map(|(batch, x)| (batch.to_vec(), *x))
                    .collect()
            })
            .collect();
        let (one, two) = ((vec![1, 2], 2), (vec![3, 4], 4));
        assert_eq!(all, [vec![one, two], vec![(vec![5], 5)]]);
    }

    #[test]
    fn more_than_the_capacity_is_an_error() {
        let items = [A(1), A(2), A(3), A(4), B('A'), A(5), A(6)];
        let mut errors = Vec::new();
        let pairs: Vec<_> = flow! {
            from(items) -> match { A(x) => a, B(x) => b };
            a = inspect(|_| ());
            b = inspect(|_| ());
            failed = for_each(|error| errors.push(error));
            zip_latest(a, b, capacity = 2)? else failed -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 'A'), (2, 'A'), (5, 'A'), (6, 'A')]);
        let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            ["more than 2 items of the input `a` wait for the others"; 2]
        );
        assert!(
            errors
                .iter()
                .all(|error| error.kind() == ErrorKind::Capacity)
        );
    }

    #[test]
    fn a_bare_question_mark_ends_the_flow_and_names_the_stage() {
        let n = 1;
        let outcome = flow! {
            x = from(1..);
            pairs = zip_latest(x, x -> filter(|x| *x > 5), capacity = n)?;
            pairs -> for_each(drop);
        }
        .run();
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Capacity);
        assert!(error.to_string().contains("pairs"), "{error}");
    }

    #[test]
    fn without_a_question_mark_items_are_results() {
        let pairs: Vec<_> = flow! {
            x = from(1..=2);
            zip_latest(x -> flat_map(|x| [x, -x]), x, capacity = 1) -> map(Result::unwrap) -> collect()
        }
        .run();
        // They waited for nobody once all was seen.
        assert_eq!(pairs, [(1, 1), (-1, 1), (2, 2), (-2, 2)]);
    }

    #[test]
    fn one_source_may_run_ahead_of_another() {
        // `ticks` has a reader that never waits.
        let (pairs, ticks): (Vec<_>, usize) = flow! {
            ticks = from(1..=4);
            slow = from(0..3) -> filter(|x| *x == 2);
            pairs = zip_latest(ticks, slow) -> collect();
            count = ticks -> count();
            (pairs, count)
        }
        .run();
        assert_eq!(pairs, [(1, 2), (2, 2), (3, 2), (4, 2)]);
        assert_eq!(ticks, 4);
    }

    #[test]
    fn a_source_may_be_first_here_and_other_there() {
        let (left, right): (Vec<_>, Vec<_>) = flow! {
            a = from(1..=2);
            b = from(10..=12);
            left = zip_latest(a, b) -> collect();
            right = zip_latest(b, a) -> collect();
            (left, right)
        }
        .run();
        assert_eq!(left, [(1, 10), (2, 10)]);
        assert_eq!(right, [(10, 1), (11, 2), (12, 2)]);
    }

    #[test]
    fn what_nobody_can_ever_take_is_let_go() {
        let item = Rc::new(());
        let most = flow! {
            items = from(std::iter::repeat_n(Rc::clone(&item), 100));
            zip_latest(items, from(0..0)) -> drain();
            items -> map(|item| Rc::strong_count(&item)) -> max()
        }
        .run();
        assert!(most.unwrap() < 6, "{most:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn streams_and_asynchronous_operators() {
        let pairs: Vec<_> = flow! {
            zip_latest(stream(stream::iter(1..=3)) -> then(async |x| x * 2), from(['A', 'B']))
                -> then(async |pair| pair)
                -> collect()
        }
        .run()
        .await;
        assert_eq!(pairs, [(2, 'A'), (4, 'A'), (6, 'B')]);
        let pairs: Vec<_> = flow! {
            x = stream(stream::iter(1..=3));
            zip_latest(x, x -> then(async |x| x * 2)) -> collect()
        }
        .run()
        .await;
        assert_eq!(pairs, [(1, 2), (2, 4), (3, 6)]);
    }

    #[tokio::test(start_paused = true)]
    async fn behind_a_concurrent_stage_nothing_of_the_first_is_lost() {
        let firsts: Vec<_> = flow! {
            x = from(0..200);
            zip_latest(x -> then(async |x| x, concurrency = 4), x) -> map(|(a, _)| a) -> collect()
        }
        .run()
        .await;
        assert!(firsts.into_iter().eq(0..200));
        let firsts: Vec<_> = flow! {
            x = from(0..200);
            zip_latest(x, x -> then(async |x| x, concurrency = 4)) -> map(|(a, _)| a) -> collect()
        }
        .run()
        .await;
        assert!(firsts.into_iter().eq(0..200));
    }
}

mod combine_latest {
    use super::*;

    #[test]
    fn a_tuple_of_the_latest_when_any_changes() {
        let pairs: Vec<_> = flow! {
            from([A(1), A(2), B('A'), A(3), B('B')]) -> match {
                A(x) => a,
                B(x) => b,
            };
            a = inspect(|_| ());
            b = inspect(|_| ());
            combine_latest(a, b) -> collect()
        }
        .run();
        assert_eq!(pairs, [(2, 'A'), (3, 'A'), (3, 'B')]);
    }

    #[test]
    fn only_changes_of_some_give_tuples() {
        let items = [A(1), B('A'), A(2), A(3), B('B'), A(4)];
        let pairs: Vec<_> = flow! {
            from(items) -> match { A(x) => a, B(x) => b };
            a = inspect(|_| ());
            b = inspect(|_| ());
            combine_latest(a, b, emit_on = a) -> collect()
        }
        .run();
        assert_eq!(pairs, [(2, 'A'), (3, 'A'), (4, 'B')]);
        let triples: Vec<_> = flow! {
            a = from(1..=2);
            b = from(10..=12);
            c = from(100..=103);
            combine_latest(a, b, c, emit_on = (a, b)) -> collect()
        }
        .run();
        assert_eq!(triples, [(2, 10, 100), (2, 11, 100), (2, 12, 101)]);
    }

    #[test]
    fn emit_on_takes_last_words_and_the_names_of_chains() {
        let items = [A(1), B('A'), A(2), B('B'), A(3)];
        let (last, first): (Vec<_>, Vec<_>) = flow! {
            from(items) -> match { A(x) => a, B(x) => b };
            a = inspect(|_| ());
            b = inspect(|_| ());
            last = combine_latest(a -> map(|x| x * 10), b, emit_on = map) -> collect();
            first = combine_latest(a, b -> skip(1), emit_on = (b)) -> collect();
            (last, first)
        }
        .run();
        assert_eq!(last, [(20, 'A'), (30, 'B')]);
        assert_eq!(first, [(2, 'B')]);
    }

    #[test]
    fn emit_on_neither_captures_nor_shadows() {
        let a = "outside";
        let pairs: Vec<_> = flow! {
            a = from(1..=2);
            combine_latest(a, from([a]), emit_on = a) -> collect()
        }
        .run();
        assert_eq!(pairs, [(2, "outside")]);
    }

    #[test]
    fn branches_of_one_item_meet_in_one_tuple() {
        let pairs: Vec<_> = flow! {
            x = from([1, 2]);
            inc = x -> map(|x| x + 1);
            dec = x -> map(|x| x - 1);
            combine_latest(inc, dec) -> collect()
        }
        .run();
        assert_eq!(pairs, [(2, 0), (3, 1)]);
        let same: Vec<_> = flow! { a = from([1, 2]); combine_latest(a, a) -> collect() }.run();
        assert_eq!(same, [(1, 1), (2, 2)]);
    }

    #[test]
    fn a_branch_that_skips_an_item_keeps_its_latest() {
        let pairs: Vec<_> = flow! {
            x = from(1..=4);
            combine_latest(x, x -> filter(|x| x % 2 == 0)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(2, 2), (3, 2), (4, 4)]);
    }

    #[test]
    fn several_changes_of_one_input_are_all_given() {
        let pairs: Vec<_> = flow! {
            x = from([1, 2]);
            many = x -> flat_map(|x| [x * 10, x * 10 + 1]);
            combine_latest(many, x) -> collect()
        }
        .run();
        assert_eq!(pairs, [(10, 1), (11, 1), (20, 2), (21, 2)]);
        let pairs: Vec<_> = flow! {
            x = from([1, 2]);
            many = x -> flat_map(|x| [x * 10, x * 10 + 1]);
            combine_latest(x, many, emit_on = x) -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 11), (2, 21)]);
    }

    #[test]
    fn diamonds_in_diamonds() {
        let all: Vec<_> = flow! {
            x = from([1, 2]);
            inc = x -> map(|x| x + 1);
            dec = x -> map(|x| x - 1);
            inner = combine_latest(inc, dec);
            combine_latest(inner, x, zip_latest(dec, inner)) -> collect()
        }
        .run();
        let each = |x| ((x + 1, x - 1), x, (x - 1, (x + 1, x - 1)));
        assert_eq!(all, [each(1), each(2)]);
    }

    #[test]
    fn their_output_goes_into_other_fan_ins() {
        let all: Vec<_> = flow! {
            x = from([1, 2]);
            inc = x -> map(|x| x + 1);
            a = combine_latest(x, inc);
            b = zip_latest(inc, x);
            union(a, b) -> collect()
        }
        .run();
        assert_eq!(all, [(1, 2), (2, 1), (2, 3), (3, 2)]);
        let all: Vec<_> = flow! {
            x = from([1, 2]);
            inc = x -> map(|x| x + 1);
            zip(combine_latest(x, inc), zip_latest(inc, x), x) -> collect()
        }
        .run();
        assert_eq!(all, [((1, 2), (2, 1), 1), ((2, 3), (3, 2), 2)]);
    }

    #[test]
    fn two_chains_may_feed_one_input() {
        let pairs: Vec<_> = flow! {
            x = from([1, 2]);
            x -> map(|x| x * 10) -> tens;
            x -> map(|x| x * 100) -> tens;
            tens = inspect(|_| ());
            combine_latest(x, tens) -> collect()
        }
        .run();
        assert_eq!(pairs, [(1, 10), (1, 100), (2, 20), (2, 200)]);
    }

    #[test]
    fn what_comes_round_a_cycle_is_a_change() {
        let pairs: Vec<_> = flow! {
            from([1, 10]) -> pages;
            pages = inspect(|_| ());
            pages -> filter(|x| x % 10 < 3) -> map(|x| x + 1) -> pages;
            combine_latest(pages, pages -> map(|x| x * 2)) -> collect()
        }
        .run();
        let each = |x| (x, x * 2);
        let all = [1, 2, 3, 10, 11, 12, 13].map(each);
        assert_eq!(pairs, all);
    }

    #[test]
    fn sources_take_turns_and_the_last_to_end_ends_it() {
        let pairs: Vec<_> = flow! {
            combine_latest(from(1..=3), from(['A', 'B'])) -> collect()
        }
        .run();
        let all = [(1, 'A'), (2, 'A'), (2, 'B'), (3, 'B')];
        assert_eq!(pairs, all);
    }

    #[test]
    fn it_ends_with_those_that_emit() {
        let pulled = Cell::new(0);
        let pairs: Vec<_> = flow! {
            a = from(1..=3);
            b = from('A'..) -> inspect(|_| pulled.set(pulled.get() + 1));
            combine_latest(a, b, emit_on = a) -> collect()
        }
        .run();
        assert_eq!(pairs, [(2, 'A'), (3, 'B')]);
        assert_eq!(pulled.get(), 3);
    }

    #[test]
    fn an_input_without_an_item_ends_it() {
        let pairs = flow! { combine_latest(from(0..), from(0..0)) -> count() }.run();
        assert_eq!(pairs, 0);
        let pairs = flow! {
            combine_latest(from(0..9) -> filter(|x| *x > 99), from(0..)) -> count()
        }
        .run();
        assert_eq!(pairs, 0);
    }

    #[test]
    fn take_before_and_behind_it() {
        let pairs: Vec<_> = flow! {
            combine_latest(from(0..), from('a'..)) -> take(3) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 'a'), (1, 'a'), (1, 'b')]);
        let pairs: Vec<_> = flow! {
            combine_latest(from(0..) -> take(2), from('a'..) -> take(1)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 'a'), (1, 'a')]);
        let pairs: Vec<_> = flow! {
            x = from(0..9);
            combine_latest(x -> take(2), x -> take(4)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 0), (1, 1), (1, 2), (1, 3)]);
        let pairs: Vec<_> = flow! {
            x = from(0..);
            combine_latest(x -> take(2), x -> take(4)) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 0), (1, 1), (1, 2), (1, 3)]);
        let pairs: Vec<_> = flow! {
            x = from(0..);
            ends = x -> take(2);
            combine_latest(ends, x, emit_on = ends) -> collect()
        }
        .run();
        assert_eq!(pairs, [(0, 0), (1, 1)]);
    }

    #[test]
    fn what_is_held_leaves_at_the_end_in_graph_order() {
        let all: Vec<_> = flow! {
            x = from(1..=3);
            twos = x -> partition(2) -> map(|batch| batch.len());
            threes = x -> partition(2) -> map(|batch| batch[0]);
            combine_latest(twos, threes) -> collect()
        }
        .run();
        assert_eq!(all, [(2, 1), (1, 1), (1, 3)]);
    }

    #[tokio::test(start_paused = true)]
    async fn streams() {
        let pairs: Vec<_> = flow! {
            combine_latest(stream(stream::iter(1..=3)), stream(stream::iter(['A', 'B'])))
                -> collect()
        }
        .run()
        .await;
        assert_eq!(pairs, [(1, 'A'), (2, 'A'), (2, 'B'), (3, 'B')]);
        let last = flow! {
            x = from(0..100);
            combine_latest(x, x -> then(async |x| x, concurrency = 3)) -> last()
        }
        .run()
        .await;
        assert_eq!(last, Some((99, 99)));
    }
}
