//! Windows beside naive models, of all items and by key.

use std::collections::{BTreeMap, BTreeSet};

use super::{Item, Random, cases};
use crate::checkpoint::marks::account::{Account, Places};
use crate::checkpoint::marks::{Marks, Plain};
use crate::operators::event_time::hopping::{hopping_window, hopping_window_by};
use crate::operators::event_time::late::Span;
use crate::operators::event_time::session::{session_window, session_window_by};
use crate::operators::event_time::sliding::{sliding_window_time, sliding_window_time_by};
use crate::operators::event_time::tumbling::{tumbling_window, tumbling_window_by};
use crate::ty::Ty;
use crate::unsorted::Unsorted;

/// A window, or an item that is refused: the key, the start, the end, the items.
type Window = Option<(u64, i64, i64, Vec<Item>)>;

const KEYLESS: u64 = 99;

fn at(item: &Item) -> i64 {
    item.at
}

fn key(item: &Item) -> u64 {
    item.key
}

/// Says what a window is, in the model's terms.
trait Told {
    fn told(self) -> (u64, i64, i64, Vec<Item>);
}

impl<B: AsRef<[Item]>> Told for (Span<i64>, B) {
    fn told(self) -> (u64, i64, i64, Vec<Item>) {
        (KEYLESS, self.0.start, self.0.end, self.1.as_ref().to_vec())
    }
}

impl<B: AsRef<[Item]>> Told for (u64, Span<i64>, B) {
    fn told(self) -> (u64, i64, i64, Vec<Item>) {
        (self.0, self.1.start, self.1.end, self.2.as_ref().to_vec())
    }
}

impl Told for crate::Window<Item> {
    fn told(self) -> (u64, i64, i64, Vec<Item>) {
        (KEYLESS, 0, 0, self.to_vec())
    }
}

impl Told for (u64, crate::Window<Item>) {
    fn told(self) -> (u64, i64, i64, Vec<Item>) {
        (self.0, 0, 0, self.1.to_vec())
    }
}

/// Runs an operator, and checks that everything has the marks of what it was made of, and that
/// no item is forgotten.
macro_rules! run {
    ($items:expr, $op:expr) => {{
        let (mut op, _) = $op;
        let (mut out, account): (Vec<Window>, Account) = Default::default();
        let take = |out: &mut Vec<Window>, (given, mark)| {
            let given: Result<_, Unsorted> = given;
            let given = given.ok().map(Told::told);
            check(&given, &mark);
            account.release(mark);
            out.push(given);
        };
        for item in $items {
            op.put(*item, account.come(item.place), &account)
                .for_each(|each| take(&mut out, each));
        }
        op.end(&account).for_each(|each| take(&mut out, each));
        assert_eq!(account.held(), [0; 0], "an item is forgotten");
        out
    }};
}

fn check(given: &Window, mark: &Places) {
    if let Some((_, _, _, items)) = given {
        let places: Vec<u64> = items.iter().map(|item| item.place).collect();
        assert_eq!(places, mark.0);
    }
}

/// Goes through items as all windows do: leaves out what is unsorted, and gives what
/// `due` says before every other, and at the end.
fn model(
    items: &[Item],
    keyed: bool,
    mut due: impl FnMut(&[Item], Option<i64>, &mut Vec<Window>),
) -> Vec<Window> {
    let (mut good, mut out): (Vec<Item>, Vec<Window>) = Default::default();
    for item in items {
        if good.last().is_some_and(|last| item.at < last.at) {
            out.push(None);
            continue;
        }
        due(&good, Some(item.at), &mut out);
        good.push(*item);
    }
    due(&good, None, &mut out);
    if !keyed {
        out.iter_mut()
            .flatten()
            .for_each(|window| window.0 = KEYLESS);
    }
    out
}

/// The key that the model goes by.
fn by(keyed: bool, item: &Item) -> u64 {
    if keyed { item.key } else { KEYLESS }
}

/// Windows from `start` on, one each `every`, that are complete at `now` and were not
/// before.
fn hopped(items: &[Item], length: i64, every: i64, keyed: bool) -> Vec<Window> {
    let mut given = BTreeSet::new();
    model(items, keyed, |good, now, out| {
        let mut windows: BTreeMap<(i64, u64), (u64, Vec<Item>)> = BTreeMap::new();
        for item in good {
            let mut start = item.at.div_euclid(every) * every;
            while start + length > item.at {
                if now.is_none_or(|now| now >= start + length) {
                    let same = good.iter().filter(|other| {
                        by(keyed, other) == by(keyed, item)
                            && (start..start + length).contains(&other.at)
                    });
                    let same: Vec<Item> = same.copied().collect();
                    let first = same[0].place;
                    windows.insert((start, first), (by(keyed, item), same));
                }
                start -= every;
            }
        }
        for ((start, first), (key, items)) in windows {
            if given.insert((start, first)) {
                out.push(Some((key, start, start + length, items)));
            }
        }
    })
}

fn sessions(items: &[Item], gap: i64, keyed: bool) -> Vec<Window> {
    let mut given = BTreeSet::new();
    model(items, keyed, |good, now, out| {
        let keys: BTreeSet<u64> = good.iter().map(|item| by(keyed, item)).collect();
        let mut over: Vec<(u64, Vec<Item>)> = Vec::new();
        for key in keys {
            let mine: Vec<Item> = good
                .iter()
                .filter(|item| by(keyed, item) == key)
                .copied()
                .collect();
            for session in mine.chunk_by(|a, b| b.at - a.at <= gap) {
                let last = session[session.len() - 1].at;
                if now.is_none_or(|now| now - last > gap) && given.insert(session[0].place) {
                    over.push((key, session.to_vec()));
                }
            }
        }
        over.sort_by_key(|(_, items)| items[0].place);
        for (key, items) in over {
            out.push(Some((key, items[0].at, items[items.len() - 1].at, items)));
        }
    })
}

fn slid(items: &[Item], length: i64, keyed: bool) -> Vec<Window> {
    let (mut good, mut out): (Vec<Item>, Vec<Window>) = Default::default();
    for item in items {
        if good.last().is_some_and(|last| item.at < last.at) {
            out.push(None);
            continue;
        }
        good.push(*item);
        let window = good
            .iter()
            .filter(|other| by(keyed, other) == by(keyed, item) && other.at > item.at - length);
        out.push(Some((by(keyed, item), 0, 0, window.copied().collect())));
    }
    out
}

fn length(random: &mut Random) -> i64 {
    1 + random.within(0, 12)
}

#[test]
fn tumbling_windows_are_the_model() {
    cases(|random| {
        let (items, d, n) = (random.sorted(), length(random), Places::default);
        let all = run!(&items, tumbling_window(Ty::new(), n(), d, at));
        assert_eq!(
            all,
            hopped(&items, d, d, false),
            "seed {}, d {d}",
            random.seed
        );
        let keyed = run!(&items, tumbling_window_by(Ty::new(), n(), d, at, key));
        assert_eq!(
            keyed,
            hopped(&items, d, d, true),
            "seed {}, d {d}",
            random.seed
        );
    });
}

#[test]
fn hopping_windows_are_the_model() {
    cases(|random| {
        let (items, n) = (random.sorted(), Places::default);
        let (d, every) = (length(random), length(random));
        let all = run!(&items, hopping_window(Ty::new(), n(), d, every, at));
        let expected = hopped(&items, d, every, false);
        assert_eq!(all, expected, "seed {}, {d} every {every}", random.seed);
        let keyed = run!(&items, hopping_window_by(Ty::new(), n(), d, every, at, key));
        let expected = hopped(&items, d, every, true);
        assert_eq!(keyed, expected, "seed {}, {d} every {every}", random.seed);
    });
}

#[test]
fn sessions_are_the_model() {
    cases(|random| {
        let (items, gap, n) = (random.sorted(), length(random), Places::default);
        let all = run!(&items, session_window(Ty::new(), n(), gap, at));
        assert_eq!(
            all,
            sessions(&items, gap, false),
            "seed {}, gap {gap}",
            random.seed
        );
        let keyed = run!(&items, session_window_by(Ty::new(), n(), gap, at, key));
        assert_eq!(
            keyed,
            sessions(&items, gap, true),
            "seed {}, gap {gap}",
            random.seed
        );
    });
}

#[test]
fn sliding_windows_are_the_model() {
    cases(|random| {
        let (items, d, n) = (random.sorted(), length(random), Places::default);
        let all = run!(&items, sliding_window_time(Ty::new(), n(), d, at));
        assert_eq!(all, slid(&items, d, false), "seed {}, d {d}", random.seed);
        let keyed = run!(&items, sliding_window_time_by(Ty::new(), n(), d, at, key));
        assert_eq!(keyed, slid(&items, d, true), "seed {}, d {d}", random.seed);
    });
}

#[test]
fn windows_at_the_ends_of_time() {
    let windows = |times: &[i8]| {
        let (mut op, _) = hopping_window(Ty::new(), Plain, 100, 100, |t: &i8| *t);
        let mut out: Vec<_> = times
            .iter()
            .flat_map(|t| op.push(*t).collect::<Vec<_>>())
            .collect();
        out.extend(op.finish());
        out.into_iter()
            .map(|out| out.unwrap())
            .map(|(span, batch)| (span.start, span.end, batch.to_vec()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        windows(&[-120, -99, 99, 127]),
        [
            (-128, -100, vec![-120]),
            (-100, 0, vec![-99]),
            (0, 100, vec![99]),
            (100, 127, vec![127])
        ]
    );
    let (mut op, _) = tumbling_window(Ty::new(), Plain, 100_u8, |t: &u8| *t);
    assert_eq!(op.push(250).count() + op.push(255).count(), 0);
    let (span, batch) = op.finish().next().unwrap().unwrap();
    assert_eq!(
        (span, batch.to_vec()),
        (
            Span {
                start: 200,
                end: 255
            },
            vec![250, 255]
        )
    );
}

#[test]
#[should_panic(expected = "`hopping_window(d, every, at)`: `every` must be more than zero")]
fn no_length_panics() {
    let _ = hopping_window(Ty::<u8>::new(), Plain, 1, 0, |t| *t);
}
