//! Sources. Written from the reference.
/// Begins chains.
pub mod head {
    /// The items of any `IntoIterator`, in its order.
    ///
    /// `from(iter, epochs = …)`
    pub fn from<A0>(iter: A0) {}
    /// The items of any `futures` `Stream`.
    ///
    /// `stream(stream, ack = …)`
    ///
    /// It need not be `Unpin`.
    pub fn stream<A0>(stream: A0) {}
    /// The items of a channel, until its senders are gone.
    ///
    /// `receive(rx)`
    ///
    /// It takes the receiver of tokio's `mpsc` (bounded or not), `broadcast` or `watch`, by value or as `&mut rx`, or by value that of std's `mpsc`. What a `broadcast` receiver missed is an `Err` with a [`Missed`](crate::Missed); a `watch` gives each value that the receiver has not seen yet, only the newest of several. A flow with it is asynchronous. While std's receiver has nothing a thread waits for it, which ends with the flow, within 20 ms; the synchronous form is [`from(rx)`](#from). A channel of [`Acked`](crate::Acked) items is a stream: `stream(s, ack = true)`.
    pub fn receive<A0>(rx: A0) {}
    /// A tick every `d`, the first after `d`: the moment it was due at.
    ///
    /// `interval(d)`
    ///
    /// It keeps to its beat. Ticks that nobody was there to take are left out.
    pub fn interval<A0>(d: A0) {}
    /// The values of `f`, called every `d`, the first time after `d`.
    ///
    /// `poll(d, f)`
    pub fn poll<A0, A1>(d: A0, f: A1) {}
    /// The lines of a text file, each an `io::Result<String>` without its line end.
    ///
    /// `lines(path, resume = …)`
    ///
    /// The file is opened at the first pull. One that cannot be opened or read on is one `Err`, and the end.
    pub fn lines<A0>(path: A0) {}
    /// The lines of a text file that grows, each an `io::Result<String>`.
    ///
    /// `tail(path, from_end = …)`
    ///
    /// It begins with the first line and never ends: `take(n)` ends it. A line is given when it is complete. A file that is not there yet is waited for. When another file has the path (by renaming, removing, replacing), the old one is read to its end, and then the new one; its last line, where it has no line end, is waited for half a second and then given as it is. A file that was truncated is read from its beginning, also when it has grown past its old length since: it is looked at ten times a second, and known by the last 1024 bytes that were read.
    pub fn tail<A0>(path: A0) {}
}
/// Stands behind `->`.
pub mod behind {}
/// The options of the operators.
pub mod options {
    /// The options of `from`.
    pub mod from {
        /// `epochs = n`: goes `n` times through one that is `Clone`
        pub const epochs: () = ();
    }
    /// The options of `stream`.
    pub mod stream {
        /// `ack = true`: the stream gives `Acked` items, each acknowledged when all that was made of it is done with
        pub const ack: () = ();
    }
    /// The options of `lines`.
    pub mod lines {
        /// `resume = offsets`: goes on behind the last line that was done with, which an [`Offsets`](crate::Offsets) file remembers: `&offsets` or the value. What was under way in a crash comes again, a window with only those of its items that lie behind the offset. Where no line ends there any more, that is one `Err`, and the end. A last line that had no line end comes once more, as a whole, where more was added to it since
        pub const resume: () = ();
    }
    /// The options of `tail`.
    pub mod tail {
        /// `from_end = true`: begins behind the last complete line of the file that is there when the flow begins to run: only what is written from then on is given. A file that appears later is read from its beginning
        pub const from_end: () = ();
    }
}
