//! Many at a time. Written from the reference.
/// Begins chains.
pub mod head {}
/// Stands behind `->`.
pub mod behind {
    /// Batches of `n` items; the rest at the end of input is a shorter batch.
    ///
    /// `partition(n, by = …, timeout = …)`
    pub fn partition<A0>(n: A0) {}
    /// A batch once `n` distinct keys are there: one item of each.
    ///
    /// `partition_unique(n, by = …, keep = …)`
    pub fn partition_unique<A0>(n: A0) {}
    /// The last `n` items, from the `n`th on.
    ///
    /// `sliding_window(n, partial = …)`
    ///
    /// With two arguments, `sliding_window(d, at)`, it goes by the time in the items: at each item it gives those of `(t − d, t]`, in a `Result`, and with `by = f` those of equal key as `(key, window)`; see [time in the items](#time-in-the-items).
    pub fn sliding_window<A0>(n: A0) {}
    /// The items that arrived in each `d`, counted from the start of the flow.
    ///
    /// `timed_window(d, by = …, keep = …, empty = …, capacity = …)`
    ///
    /// The window that is open at the end of input leaves at once.
    pub fn timed_window<A0>(d: A0) {}
    /// Runs of consecutive items for which `f(&item)` is equal: `(key, batch)`.
    ///
    /// `group_by(f)`
    ///
    /// Keys are owned values: `|click| click.user.clone()`.
    pub fn group_by<A0>(f: A0) {}
    /// Windows that the items name: `(key, batch)`. `f(&item)` gives the keys of all windows the item is in.
    ///
    /// `window_by(f)`
    ///
    /// A window is complete at the first item that is not in it. Those completed by one item, or by the end, leave in key order.
    pub fn window_by<A0>(f: A0) {}
}
/// The options of the operators.
pub mod options {
    /// The options of `partition`.
    pub mod partition {
        /// `by = f`: batches of items for which `f(&item)`, an owned value, is equal
        pub const by: () = ();
        /// `timeout = d`: a short batch leaves `d` after its first item
        pub const timeout: () = ();
    }
    /// The options of `partition_unique`.
    pub mod partition_unique {
        /// `by = f`: the key is `f(&item)`, an owned value, not the item
        pub const by: () = ();
        /// `keep = last`: of items with one key the last is kept, not the first
        pub const keep: () = ();
    }
    /// The options of `sliding_window`.
    pub mod sliding_window {
        /// `partial = true`: from the first on; the first windows are shorter
        pub const partial: () = ();
    }
    /// The options of `timed_window`.
    pub mod timed_window {
        /// `by = f`: one item for every `f(&item)`, an owned value: the first
        pub const by: () = ();
        /// `keep = last`: of items with one key the last is kept, not the first
        pub const keep: () = ();
        /// `empty = true`: gives windows in which nothing arrived, too
        pub const empty: () = ();
        /// `capacity = n`: how many items a window takes before what is before it waits, 65,536 unless it is said
        pub const capacity: () = ();
    }
}
