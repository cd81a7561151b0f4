//! Time and flow control. Written from the reference.
/// Begins chains.
pub mod head {}
/// Stands behind `->`.
pub mod behind {
    /// Lets up to `n` items wait, so that the stages before and behind it run concurrently.
    ///
    /// `buffer(n)`
    ///
    /// When `n` wait, what is before it waits, too.
    pub fn buffer<A0>(n: A0) {}
    /// Lets every item leave `d` after it came.
    ///
    /// `delay(d, capacity = …)`
    ///
    /// It does so at the end of input as well. When it is full, what is before it waits.
    pub fn delay<A0>(d: A0) {}
    /// Lets an item leave every `d`, the first at once.
    ///
    /// `rate_limit(d)`
    ///
    /// It keeps the beat: lateness of the timer is made up, also for a `d` below its millisecond, by bursts of at most 2 ms' worth. Time in which an item was held up from behind is not: one held up until `t` leaves at `t`, and the beat goes on from `t`. `rate_limit(&limit)` lets items pass at the pace of a [`Limit`](crate::Limit), which others share; it takes no place there. `d` may be a [`Knob`](crate::inspect::Knob) by reference: once it is turned, who waits is due by the new time.
    pub fn rate_limit<A0>(d: A0) {}
    /// Lets an item leave when `d` has passed without another; one that comes sooner takes its place.
    ///
    /// `debounce(d)`
    ///
    /// What waits leaves at the end of input.
    pub fn debounce<A0>(d: A0) {}
    /// Lets the newest item of each `d` leave, and nothing where nothing came.
    ///
    /// `sample(d)`
    ///
    /// The first `d` begins with the flow. What waits leaves at the end of input.
    pub fn sample<A0>(d: A0) {}
    /// Lets only the newest item wait; what comes meanwhile takes its place.
    ///
    /// `latest()`
    ///
    /// The newest is always delivered, at the end of input as well.
    pub fn latest() {}
    /// Shows every item to the subscribers of a [`Hub`](crate::Hub), and passes it on.
    ///
    /// `tap(hub)`
    ///
    /// Subscribers come and go while the flow runs; a slow one is told what it missed.
    pub fn tap<A0>(hub: A0) {}
    /// Runs what lies between it and `gather()` on `n` worker threads, each with a copy of the chain.
    ///
    /// `scatter(n, by = …)`
    ///
    /// Functions in it are `Clone + Send + 'static`, and items `Send + 'static`. A `take` there counts the items of its worker: a worker that takes no more drops what comes to it, and when none does, nothing more is pulled.
    pub fn scatter<A0>(n: A0) {}
    /// Brings together what was scattered, in the order in which the workers are done.
    ///
    /// `gather(ordered = …)`
    pub fn gather() {}
    /// Passes every item through the chain of its key: `by_key(f) { chain }`, with its own state for every `f(&item)`.
    ///
    /// `by_key(f, idle = …, capacity = …) { … }`
    ///
    /// Keys are owned values: `|page| page.host.clone()`. What the chains hold at the end of input leaves key by key, as the keys were first seen. Functions in the chain are `Clone`; a [`Limit`](crate::Limit) in it is one for all keys. In a chain that awaits, or lets time pass, every key waits for itself: what leaves one chain comes in its order, what leaves several as it is ready. A chain takes its next item when it is done with the last one; one item waits for that, and then the source does. With `buffer(n)` at its head more wait for each key.
    pub fn by_key<A0>(f: A0) {}
}
/// The options of the operators.
pub mod options {
    /// The options of `delay`.
    pub mod delay {
        /// `capacity = n`: how many are delayed at once before what is before it waits, 1024 unless it is said
        pub const capacity: () = ();
    }
    /// The options of `scatter`.
    pub mod scatter {
        /// `by = f`: items for which `f(&item)` is equal go to one worker
        pub const by: () = ();
    }
    /// The options of `gather`.
    pub mod gather {
        /// `ordered = true`: in order of input
        pub const ordered: () = ();
    }
    /// The options of `by_key`.
    pub mod by_key {
        /// `idle = d`: flushes and forgets a key that was not seen for `d`; while its chain has items to work on, it counts as seen
        pub const idle: () = ();
        /// `capacity = n`: keeps at most `n` keys: the one not seen for longest is flushed and forgotten
        pub const capacity: () = ();
    }
}
