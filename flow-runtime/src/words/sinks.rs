//! Sinks. Written from the reference.
/// Begins chains.
pub mod head {}
/// Stands behind `->`.
pub mod behind {
    /// Calls `f` with each item.
    ///
    /// `for_each(f)`
    ///
    /// With `?` the function gives a `Result<(), _>`, and its first `Err` ends the flow.
    pub fn for_each<A0>(f: A0) {}
    /// Awaits the async function `f` with each item, one at a time.
    ///
    /// `sink(f)`
    ///
    /// With `?` the function gives a `Result<(), _>`, and its first `Err` ends the flow.
    pub fn sink<A0>(f: A0) {}
    /// All items in one collection: any `FromIterator`.
    ///
    /// `collect()`
    ///
    /// A collection that is named, as in `collect::<HashSet<_>>()`, is fed as the items come where it is `Default` and `Extend`: a set keeps no repeats. A `Result` or an `Option` of one ends at the first `Err` or `None`, and wants no more. What is only `FromIterator`, or known by inference only, is built at the end.
    pub fn collect() {}
    /// Calls `f(&mut acc, item)` with each item; the value is `acc`, which begins as `init`.
    ///
    /// `fold(init, f)`
    ///
    /// With `?` the function gives a `Result<(), _>`, and its first `Err` ends the flow.
    pub fn fold<A0, A1>(init: A0, f: A1) {}
    /// Calls `f(so_far, item)` with each item from the second on; `None` where there is no item.
    ///
    /// `reduce(f)`
    pub fn reduce<A0>(f: A0) {}
    /// Counts the items.
    ///
    /// `count()`
    pub fn count() {}
    /// The sum of the items.
    ///
    /// `sum()`
    ///
    /// The type may be said, `sum::<f64>()`.
    pub fn sum() {}
    /// The least item, of equal ones the first; `None` where there is none.
    ///
    /// `min(by = …, order = …)`
    ///
    /// Floats need an `order`.
    pub fn min() {}
    /// The greatest item, of equal ones the last; `None` where there is none.
    ///
    /// `max(by = …, order = …)`
    ///
    /// Floats need an `order`.
    pub fn max() {}
    /// The `n` greatest items as a `Vec`, the greatest first, of equal ones the earlier first.
    ///
    /// `top(n, by = …, order = …)`
    ///
    /// Up to `2 * n` items are held. Floats need an `order`.
    pub fn top<A0>(n: A0) {}
    /// The first item, `None` where there is none. It ends its branch.
    ///
    /// `first()`
    pub fn first() {}
    /// The last item, `None` where there is none.
    ///
    /// `last()`
    pub fn last() {}
    /// Sends each item into a channel: the sender of a tokio or a standard `mpsc`.
    ///
    /// `send(tx)`
    ///
    /// A bounded tokio channel is awaited, a bounded standard one blocks the thread. When the receiver is gone the branch ends, and the value is a [`SendError`](crate::SendError) with the item that came back.
    pub fn send<A0>(tx: A0) {}
    /// Writes each item as a line of a text file; the value is an `io::Result<()>`.
    ///
    /// `write_lines(path, append = …)`
    ///
    /// The file is created, or emptied, when the first item or the end of input comes. Behind `stream(s, ack = true)` and `lines(path, resume = …)` every line is given to the system as it comes, and the file is synced before items count as done: before a message is acknowledged, and before offsets are written, at most every 100 ms; where the file was removed or cut off meanwhile, that is an error, and they are not done. Behind `lines(path, resume = …)` `append = true` is demanded: emptied at every start, the file would lose what was done before. rustc warns of a value that nobody looks at.
    pub fn write_lines<A0>(path: A0) {}
    /// Drops each item: says that a chain is run for its effects.
    ///
    /// `drain()`
    ///
    /// `Result`s and futures are refused: nobody would learn of the error, or run the future. A generic type is accepted.
    pub fn drain() {}
}
/// The options of the operators.
pub mod options {
    /// The options of `min`.
    pub mod min {
        /// `by = f`: compares what `f` gives of each item, an owned value
        pub const by: () = ();
        /// `order = f`: compares by `f`, as `f64::total_cmp`: two items, or what `by` gives of them
        pub const order: () = ();
    }
    /// The options of `max`.
    pub mod max {
        /// `by = f`: compares what `f` gives of each item, an owned value
        pub const by: () = ();
        /// `order = f`: compares by `f`, as `f64::total_cmp`: two items, or what `by` gives of them
        pub const order: () = ();
    }
    /// The options of `top`.
    pub mod top {
        /// `by = f`: compares what `f` gives of each item, an owned value
        pub const by: () = ();
        /// `order = f`: compares by `f`, as `f64::total_cmp`: two items, or what `by` gives of them
        pub const order: () = ();
    }
    /// The options of `write_lines`.
    pub mod write_lines {
        /// `append = true`: lines go behind what is in the file. A last line without a line end gets one; behind a source that acknowledges, where it comes again as a whole, it is moved to the file `path.torn`
        pub const append: () = ();
    }
}
