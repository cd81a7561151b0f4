//! The numbers of a flow as a browser is told them, cut to fit into a message.

use serde_core::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::picture::Picture;
use crate::inspect::Snapshot;

/// The most that is told of one flow at once, in bytes.
pub const MOST: usize = 9 * 1024;

/// The number that is left out.
struct Cut {
    /// The characters of a message or a key.
    letters: usize,
    /// The last messages of a stage, and the oldest jobs.
    each: usize,
    /// The entries of a list.
    list: usize,
}

/// From all there is to little.
const CUTS: [Cut; 4] = [
    Cut {
        letters: 600,
        each: 5,
        list: 1000,
    },
    Cut {
        letters: 160,
        each: 3,
        list: 200,
    },
    Cut {
        letters: 60,
        each: 1,
        list: 40,
    },
    Cut {
        letters: 40,
        each: 1,
        list: 8,
    },
];

/// Returns the numbers as JSON of at most [`MOST`] bytes. Where something is left out it
/// says `"cut": true`.
pub fn text(snapshot: &Snapshot, picture: &Picture) -> String {
    for (level, cut) in CUTS.iter().enumerate() {
        let text = figures(snapshot, picture, cut, level > 0).to_string();
        if text.len() <= MOST {
            return text;
        }
    }
    let Snapshot {
        ended,
        slow,
        seconds,
        ..
    } = snapshot;
    let short = |text: &Option<String>| text.as_deref().map(|text| shortened(text, 200));
    json!({
        "cut": true, "ended": short(ended), "slow": short(slow), "slow_gives": slow_gives(snapshot),
        "seconds": seconds,
    })
    .to_string()
}

fn figures(snapshot: &Snapshot, picture: &Picture, cut: &Cut, is_cut: bool) -> Value {
    let short = |text: &str| shortened(text, cut.letters);
    let inner = snapshot.edges.iter().skip(picture.edges());
    let inner = inner.map(|edge| json!([short(&edge.from), short(&edge.to), edge.items]));
    let jobs = snapshot.jobs.iter().map(|jobs| {
        let oldest = jobs.oldest.iter().take(cut.each);
        let oldest: Vec<_> = oldest
            .map(|job| json!({ "key": short(&job.key), "seconds": rounded(job.seconds) }))
            .collect();
        json!({
            "stage": jobs.stage, "running": jobs.running, "done": jobs.done,
            "failed": jobs.failed, "p50": jobs.p50.map(rounded), "p99": jobs.p99.map(rounded),
            "oldest": oldest,
        })
    });
    let errors = snapshot.errors.iter().map(|errors| {
        let last = errors.last.iter().rev().take(cut.each).rev();
        let last: Vec<_> = last.map(|message| short(message)).collect();
        json!({ "stage": errors.stage, "count": errors.count, "last": last })
    });
    let regions = snapshot.regions.iter().map(|region| {
        let told = region.stages.len().min(cut.each.max(3));
        json!({
            "stages": region.stages[..told], "more": region.stages.len() - told, "busy": rounded(region.busy), "waiting": rounded(region.waiting),
            "held_up": rounded(region.held_up),
        })
    });
    json!({
        "cut": is_cut,
        "ended": snapshot.ended.as_deref().map(short),
        "slow": snapshot.slow,
        "slow_gives": slow_gives(snapshot),
        "seconds": rounded(snapshot.seconds),
        "items": picture.items(snapshot),
        "inner": inner.take(cut.list).collect::<Vec<_>>(),
        "queues": listed(&snapshot.queues, cut),
        "regions": regions.take(cut.list).collect::<Vec<_>>(),
        "jobs": jobs.take(cut.list).collect::<Vec<_>>(),
        "errors": errors.take(cut.list).collect::<Vec<_>>(),
        "artifacts": listed(&snapshot.artifacts, cut),
        "limits": listed(&snapshot.limits, cut),
        "budgets": listed(&snapshot.budgets, cut),
    })
}

/// Writes a value; what cannot be JSON is `null`.
pub fn raw(value: &(impl Serialize + ?Sized)) -> Box<RawValue> {
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Returns whether the slow stage is a source: nothing comes to it, so nothing waits before it.
fn slow_gives(snapshot: &Snapshot) -> bool {
    let mut edges = snapshot.edges.iter();
    let slow = snapshot.slow.as_ref();
    // Several that nothing tells apart are functions, not sources.
    slow.is_some_and(|slow| !slow.contains(" or ") && edges.all(|edge| edge.to != *slow))
}

fn listed<T: Serialize>(entries: &[T], cut: &Cut) -> Vec<Value> {
    let entries = entries.iter().take(cut.list);
    entries
        .map(|entry| serde_json::to_value(entry).unwrap_or_default())
        .collect()
}

/// A number to four places: nobody reads more of them.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

/// The text, cut off where it is too long.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{flow, snapshot, talkative};
    use super::*;

    fn told(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_slow_stage_that_nothing_comes_to_is_told_as_such() {
        let graph = flow(3, &["read", "made", "kept"]);
        let mut snapshot = snapshot(graph);
        for (slow, gives) in [(None, false), (Some("read"), true), (Some("made"), false)] {
            snapshot.slow = slow.map(str::to_owned);
            let text = text(&snapshot, &Picture::new(graph, &snapshot));
            assert_eq!(told(&text)["slow_gives"], gives, "{slow:?}");
        }
    }

    #[test]
    fn all_is_told_where_it_fits() {
        let graph = flow(3, &["read", "made", "kept"]);
        let snapshot = snapshot(graph);
        let text = text(&snapshot, &Picture::new(graph, &snapshot));
        assert_eq!(
            (&told(&text)["items"], &told(&text)["cut"]),
            (&json!([1, 1]), &json!(false))
        );
    }

    #[test]
    fn however_much_there_is_it_fits() {
        let graph = flow(7000, &["a", "b", "c", "d", "e", "f", "g"]);
        for length in [1, 30, 200, 5000, 20_000] {
            let snapshot = talkative(graph, length);
            let text = text(&snapshot, &Picture::new(graph, &snapshot));
            assert!(text.len() <= MOST, "{length}: {}", text.len());
            let told = told(&text);
            assert!(told["ended"].as_str().unwrap().starts_with("error: ä"));
            assert_eq!(told["cut"], true);
            assert_eq!(told["jobs"][0]["running"], 5);
        }
    }

    #[test]
    fn letters_are_not_cut_in_two() {
        assert_eq!(
            (shortened("äöü", 2), shortened("äöü", 3)),
            ("äö…".to_owned(), "äöü".to_owned())
        );
    }
}
