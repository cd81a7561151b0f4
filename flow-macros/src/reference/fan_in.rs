//! Fan-in and fan-out.

use super::{Entry, Library::*, Section};

pub const SECTION: Section = Section {
    title: "Fan-in and fan-out",
    says: "Inputs of a fan-in are names or chains. Where branches of one item meet again, the meeting sees them all before \
           it gives anything. Sources behind a fan-in are pulled only as far as something can come of it. A name that is \
           used more than once is a branch, and several chains may flow into one segment.",
    prelude: "",
    entries: &[
        Entry {
            name: "union",
            says: "Every item of each input, as it comes.",
            more: "Synchronous sources take turns.",
            options: &[],
            elsewhere: &[(StreamExt, "`select`")],
            example: r#"
let both = flow! { union(from([1, 2]), from([10, 20, 30])) -> collect::<Vec<_>>() };
assert_eq!(both.run(), [1, 10, 2, 20, 30]);
"#,
        },
        Entry {
            name: "chain",
            says: "All items of the first input, then all of the second, and so on.",
            more: "A later input is not begun before its turn: its sources are not pulled, also where other branches use \
                   them. Where items have to wait for their turn it is a mistake not to say how many may: they are pushed \
                   by the program, or depend on the same source as an earlier input. The inputs are of one type, and \
                   twelve at most.",
            options: &[(
                "capacity = n",
                "bounds how many items of each input wait for its turn, and gives a `Result`: one that finds no room is \
                 dropped, and the error names the input",
            )],
            elsewhere: &[],
            example: r#"
let mut flow = flow! {
    header = from(["words:"]);
    words  = <&str>;
    chain(header, words, capacity = 8)? -> collect::<Vec<_>>()
};
flow.emit("one")?;
flow.emit("two")?;
assert_eq!(flow.finish()?, ["words:", "one", "two"]);
"#,
        },
        Entry {
            name: "zip",
            says: "Tuples of its inputs' items, first with first.",
            more: "Nothing is pulled that cannot be paired: inputs are filled in their order, as by `Iterator::zip`, a later source being pulled \
                   once the earlier inputs have their items; streams that are to work at the same time stand before a `buffer(1)`. Of branches of one source the faster one's items wait. It has twelve inputs at most, as the other fan-ins whose items are tuples.",
            options: &[("capacity = n", "bounds how many wait, and gives a `Result`")],
            elsewhere: &[],
            example: r#"
let changes = flow! {
    x = from([1, 4, 9]);
    zip(x, x -> skip(1)) -> map(|(x, next)| next - x) -> collect::<Vec<_>>()
};
assert_eq!(changes.run(), [3, 5]);
"#,
        },
        Entry {
            name: "zip_latest",
            says: "Every item of the first input exactly once, with the latest of the others: a tuple.",
            more: "Items before the others' first wait for it. An input that ends without an item ends the operator.",
            options: &[("capacity = n", "bounds how many wait, and gives a `Result`")],
            elsewhere: &[],
            example: r#"
let mut flow = flow! {
    orders = <u32>;
    price  = <u32>;
    zip_latest(orders, price) -> map(|(count, price)| count * price) -> collect::<Vec<_>>()
};
flow.emit_orders(1);
flow.emit_price(10);
flow.emit_price(20);
flow.emit_orders(2);
assert_eq!(flow.finish(), [10, 40]);
"#,
        },
        Entry {
            name: "combine_latest",
            says: "A tuple of the latest of each input when any changes, once all have come.",
            more: "",
            options: &[(
                "emit_on = a",
                "only changes of this input give a tuple, or of these: `(a, b)`",
            )],
            elsewhere: &[],
            example: r#"
let mut flow = flow! {
    left  = <u32>;
    right = <char>;
    combine_latest(left, right) -> collect::<Vec<_>>()
};
flow.emit_left(1);
flow.emit_right('a');
flow.emit_left(2);
assert_eq!(flow.finish(), [(1, 'a'), (2, 'a')]);
"#,
        },
        Entry {
            name: "merge_keyed",
            says: "Inputs that are sorted by key as one: an item a key, in key order. The rightmost that has the key wins.",
            more: "Items are tuples that begin with the key, or artifacts and records. It gives a `Result`: a key that is out \
                   of order or repeated is an error that names the input and both keys. It has eight inputs at most, as `cogroup` has.",
            options: &[],
            elsewhere: &[(
                Flowz,
                "`merge_keyed_channels`, which loses such items silently",
            )],
            example: r#"
let merged = flow! {
    merge_keyed(from([(1, 'a'), (2, 'b')]), from([(2, 'B'), (3, 'C')]))? -> collect::<Vec<_>>()
};
assert_eq!(merged.run()?, [(1, 'a'), (2, 'B'), (3, 'C')]);
"#,
        },
        Entry {
            name: "cogroup",
            says: "Inputs that are sorted by key side by side: `(key, (Option<A>, Option<B>, …))`, `None` where an input lacks the key.",
            more: "It demands what `merge_keyed` does.",
            options: &[(
                "carry = true",
                "repeats the last item of an input that lacks the key: an as-of join",
            )],
            elsewhere: &[(Flowz, "`cogroup`, which carries on")],
            example: r#"
let side_by_side = flow! {
    cogroup(from([(1, 'a'), (2, 'b')]), from([(2, 'B')]))?
        -> map(|(key, (left, right))| (key, left.is_some(), right.is_some()))
        -> collect::<Vec<_>>()
};
assert_eq!(side_by_side.run()?, [(1, true, false), (2, true, true)]);
"#,
        },
        Entry {
            name: "match",
            says: "Routes each item into the arm whose pattern it matches; rustc checks that all are covered.",
            more: "What flows into an arm is what its pattern binds: one binding, a tuple of several, or the item where there \
                   is none. An arm is a chain. Arms that are left open join again behind the `match`; the others end in a \
                   sink, in the name of a segment, or are `drop`.",
            options: &[],
            elsewhere: &[],
            example: r#"
let texts = flow! {
    from([Ok(2), Err("odd"), Ok(-1), Ok(0)]) -> match {
        Ok(0)          => drop,
        Ok(n) if n > 0 => map(|n| format!("{n}")),
        Ok(n)          => map(|n| format!("minus {}", -n)),
        Err(text)      => map(|text| format!("an {text} one")),
    }
    -> collect::<Vec<_>>()
};
assert_eq!(texts.run(), ["2", "an odd one", "minus 1"]);
"#,
        },
    ],
};
