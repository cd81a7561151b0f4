//! Fan-in and fan-out. Written from the reference.
/// Begins chains.
pub mod head {
    /// Every item of each input, as it comes.
    ///
    /// `union(a, b, …)`
    ///
    /// Synchronous sources take turns.
    pub fn union() {}
    /// All items of the first input, then all of the second, and so on.
    ///
    /// `chain(a, b, …, capacity = …)`
    ///
    /// A later input is not begun before its turn: its sources are not pulled, also where other branches use them. Where items have to wait for their turn it is a mistake not to say how many may: they are pushed by the program, or depend on the same source as an earlier input. The inputs are of one type, and twelve at most.
    pub fn chain() {}
    /// Tuples of its inputs' items, first with first.
    ///
    /// `zip(a, b, …, capacity = …)`
    ///
    /// Nothing is pulled that cannot be paired: inputs are filled in their order, as by `Iterator::zip`, a later source being pulled once the earlier inputs have their items; streams that are to work at the same time stand before a `buffer(1)`. Of branches of one source the faster one's items wait. It has twelve inputs at most, as the other fan-ins whose items are tuples.
    pub fn zip() {}
    /// Every item of the first input exactly once, with the latest of the others: a tuple.
    ///
    /// `zip_latest(a, b, …, capacity = …)`
    ///
    /// Items before the others' first wait for it. An input that ends without an item ends the operator.
    pub fn zip_latest() {}
    /// A tuple of the latest of each input when any changes, once all have come.
    ///
    /// `combine_latest(a, b, …, emit_on = …)`
    pub fn combine_latest() {}
    /// Inputs that are sorted by key as one: an item a key, in key order. The rightmost that has the key wins.
    ///
    /// `merge_keyed(a, b, …)`
    ///
    /// Items are tuples that begin with the key, or artifacts and records. It gives a `Result`: a key that is out of order or repeated is an error that names the input and both keys. It has eight inputs at most, as `cogroup` has.
    pub fn merge_keyed() {}
    /// Inputs that are sorted by key side by side: `(key, (Option<A>, Option<B>, …))`, `None` where an input lacks the key.
    ///
    /// `cogroup(a, b, …, carry = …)`
    ///
    /// It demands what `merge_keyed` does.
    pub fn cogroup() {}
}
/// Stands behind `->`.
pub mod behind {}
/// The options of the operators.
pub mod options {
    /// The options of `chain`.
    pub mod chain {
        /// `capacity = n`: bounds how many items of each input wait for its turn, and gives a `Result`: one that finds no room is dropped, and the error names the input
        pub const capacity: () = ();
    }
    /// The options of `zip`.
    pub mod zip {
        /// `capacity = n`: bounds how many wait, and gives a `Result`
        pub const capacity: () = ();
    }
    /// The options of `zip_latest`.
    pub mod zip_latest {
        /// `capacity = n`: bounds how many wait, and gives a `Result`
        pub const capacity: () = ();
    }
    /// The options of `combine_latest`.
    pub mod combine_latest {
        /// `emit_on = a`: only changes of this input give a tuple, or of these: `(a, b)`
        pub const emit_on: () = ();
    }
    /// The options of `cogroup`.
    pub mod cogroup {
        /// `carry = true`: repeats the last item of an input that lacks the key: an as-of join
        pub const carry: () = ();
    }
}
