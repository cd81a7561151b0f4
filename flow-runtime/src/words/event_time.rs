//! Time in the items. Written from the reference.
/// Begins chains.
pub mod head {}
/// Stands behind `->`.
pub mod behind {
    /// Lets items leave sorted by `at(&item)`, each once the newest time seen is more than `late` ahead of it.
    ///
    /// `in_order(at, late = …, then_by = …, capacity = …, idle = …, ahead = …, clock = …)`
    ///
    /// Equal times leave in order of arrival. Gives a `Result`: an item older than the newest less `late`, or than what has left, is [`Late`](crate::Late), so that it has a route: `? else late`. One exactly `late` behind is not late. At the end of input what waits leaves. What comes out does not depend on the order of arrival within `late`, up to the order of equal times. Behind a source that resumes the newest time is not kept: after a restart it is that of the lines that are read again, so what was late before may be in time.
    pub fn in_order<A0>(at: A0) {}
    /// The items of each `d` by the time in them: `(span, batch)`.
    ///
    /// `tumbling_window(d, at, by = …)`
    ///
    /// Windows start at multiples of `d`: of the Unix epoch, of zero, of the first item for an `Instant`. A span is half open. With integer times `d` is an integer of that type. With `by`, the windows of one span leave in the order of their first items.
    pub fn tumbling_window<A0, A1>(d: A0, at: A1) {}
    /// Windows of `d`, one of which starts each `every`: `(span, batch)`.
    ///
    /// `hopping_window(d, every, at, by = …)`
    ///
    /// They start at multiples of `every`, as those of `tumbling_window`. With integer times `d` and `every` are integers of that type. Where they overlap an item is in several, where `every` is longer than `d` some are in none.
    pub fn hopping_window<A0, A1, A2>(d: A0, every: A1, at: A2) {}
    /// Sessions, in which items are at most `gap` apart: `(span, batch)`.
    ///
    /// `session_window(gap, at, by = …)`
    ///
    /// A span goes from the first item of the session to the last. With integer times `gap` is an integer of that type. With `by`, those that one item closes leave in the order of their starts.
    pub fn session_window<A0, A1>(gap: A0, at: A1) {}
    /// Values over the items in a window, in place of the batch: `aggregate(count(), mean(f), …)`.
    ///
    /// `aggregate(count(), sum(f), …)`
    ///
    /// It stands directly behind one of these windows, or a `sliding_window`, where it gives the tuple alone. One aggregate alone is no tuple. `count()` is a `usize`, `sum(f)` has the type of `f`; `mean(f)` and `var(f)` are `f64`, `var` as of a sample; `min(f)` and `max(f)` are an `Option`, `None` where nothing equals itself. `f` sees `&item`, once as it comes and once as it leaves. Anything else is an expression that implements [`Aggregate`](crate::Aggregate). An item costs the same however long a window is that slides; sums of floats are exact, rounded once. A `?` may stand here in place of the window's.
    pub fn aggregate() {}
}
/// The options of the operators.
pub mod options {
    /// The options of `in_order`.
    pub mod in_order {
        /// `late = d`: how much older than the newest an item may be; it has to be said. With integer times it is an integer of that type
        pub const late: () = ();
        /// `then_by = f`: equal times are sorted by `f(&item)`
        pub const then_by: () = ();
        /// `capacity = n`: at most `n` items wait: where one more comes, the oldest leaves
        pub const capacity: () = ();
        /// `idle = d`: what waits leaves after so long without input, a `Duration` of the runtime's clock; this makes it asynchronous. It closes no window behind: that takes another item, or the end
        pub const idle: () = ();
        /// `ahead = d`: an item whose time is that far ahead of the clock is late as well, and closes nothing
        pub const ahead: () = ();
        /// `clock = f`: the clock of `ahead`, where it is not the machine's; integers need it
        pub const clock: () = ();
    }
    /// The options of `tumbling_window`.
    pub mod tumbling_window {
        /// `by = f`: windows of items for which `f(&item)`, an owned value, is equal, `(key, span, batch)`, under one clock: the newest time of any key closes the windows of all
        pub const by: () = ();
    }
    /// The options of `hopping_window`.
    pub mod hopping_window {
        /// `by = f`: windows of items for which `f(&item)`, an owned value, is equal, `(key, span, batch)`, under one clock: the newest time of any key closes the windows of all
        pub const by: () = ();
    }
    /// The options of `session_window`.
    pub mod session_window {
        /// `by = f`: windows of items for which `f(&item)`, an owned value, is equal, `(key, span, batch)`, under one clock: the newest time of any key closes the windows of all
        pub const by: () = ();
    }
}
