//! The inspector: a page on flows that run.
//!
//! ```text
//! thread ──▶ a site of pages that are made: the page, `/snapshot`, `/picture`
//! board      what is shown: flows, exposed values, stores with what failed
//!   ├──▶ picture   a flow's graph, drawn once, folded where it is large
//!   ├──▶ figures   its numbers, cut to fit a message
//!   └──▶ updates   what one browser is told, four times a second at most
//! commands   what a browser asks for: to set a knob, to try a failed artifact again
//! ```
//!
//! The server has a thread and a runtime of its own. So a flow in which nothing is
//! awaited is seen as well, and what browsers ask for takes no time of the flow's task.
//! Numbers are read when a browser is there, and made into text once for all of them.

mod again;
mod board;
mod commands;
mod figures;
mod page;
mod picture;
#[cfg(test)]
mod samples;
mod stores;
mod thread;
mod updates;

use std::fmt;
use std::net::ToSocketAddrs;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use self::board::Board;
use self::thread::Thread;
use super::site::{Behind, Door, Site, Users};
use super::{Exposed, Watch, WatchedJob};
use crate::Error;

/// A page on flows that run, for browsers on this machine, or others.
///
/// It shows each flow as its graph, with the items on every edge, what waits in queues,
/// which stage is the slow one, what runs and what failed; and the values that are
/// exposed, as inputs for those who may set them. The last numbers stay when a flow has
/// ended.
///
/// The page is at `/`, `GET /snapshot` gives the [`Snapshot`](super::Snapshot)s of all
/// flows as JSON, `{"flows": {name: snapshot}}`, and a WebSocket tells the page what is new,
/// at most four times a second in at most 10 KB. The server is a thread of its own, which
/// ends when the inspector is dropped; browsers that are connected are told the last
/// numbers first, which takes up to 0.3 s.
///
/// # Who gets in
///
/// Every path needs a token in its query, `?token=…`. Without a users' file one is made,
/// printed to stderr with the address, and has every role. With [`users`](Inspector::users)
/// each has a token of their own. Whoever has one sees all flows; exposed values
/// need the roles they name. Requests for another `Host` get a 421, those from pages of
/// another `Origin` a 403.
///
/// ```
/// use flow_runtime::{flow, inspect::Inspector};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let view = Inspector::bind("127.0.0.1:0")?; // prints http://127.0.0.1:40113/?token=…
/// # let view = view.quiet();
/// let job = flow! {
///     #![observe = "squares"]
///     from(1..=3) -> then(async |n| n * n) -> sum::<i32>()
/// };
/// assert_eq!(view.watch(job).await, 14);
/// assert_eq!(view.snapshots()["flows"]["squares"]["ended"], "done");
/// # Ok(())
/// # }
/// ```
#[must_use = "the page is gone when this is dropped"]
pub struct Inspector {
    board: Arc<Board>,
    door: Arc<RwLock<Door>>,
    thread: Thread,
}

impl Inspector {
    /// Serves at an address that only this machine reaches, from now on. Port 0 is any that
    /// is free.
    ///
    /// The address is printed to stderr when the first flow is shown, and 0.2 s from now at the latest.
    ///
    /// ```
    /// use flow_runtime::inspect::Inspector;
    ///
    /// let view = Inspector::bind("127.0.0.1:0")?;
    /// # let view = view.quiet();
    /// assert!(view.url().contains("/?token="));
    /// let error = Inspector::bind("0.0.0.0:8000").unwrap_err();
    /// assert!(error.to_string().contains("bind_public"));
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`](crate::ErrorKind::Serve) where other machines reach the
    /// address, or it is taken, or the system gives no thread.
    pub fn bind(addr: impl ToSocketAddrs) -> Result<Self, Error> {
        Self::bound(addr, None)
    }

    /// Serves at an address that other machines reach, too.
    ///
    /// ```
    /// use flow_runtime::inspect::{Behind, Inspector};
    ///
    /// let view = Inspector::bind_public("0.0.0.0:0", Behind::Tls)?.host("flows.example.org")?;
    /// # let view = view.quiet();
    /// assert!(view.url().starts_with("https://flows.example.org/?token="));
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`](crate::ErrorKind::Serve) where the address is taken.
    ///
    /// # Panics
    ///
    /// [`watch`](Self::watch) and [`follow`](Self::follow) do, where a proxy is in front and no
    /// [`host`](Self::host) says by which name it is known: nobody would get in.
    pub fn bind_public(addr: impl ToSocketAddrs, behind: Behind) -> Result<Self, Error> {
        Self::bound(addr, Some(behind))
    }

    fn bound(addr: impl ToSocketAddrs, behind: Option<Behind>) -> Result<Self, Error> {
        let board = Arc::new(Board::default());
        let (shown, told, asked) = (Arc::clone(&board), Arc::clone(&board), Arc::clone(&board));
        let site = Site::made(Box::new(move |path, query, _| {
            page::page(&shown, path, query)
        }))
        .feed(move |user| Box::pin(updates::Updates::new(&told, user)))
        .socket(move |command, user| commands::answer(Arc::clone(&asked), command, user))
        .bound(addr, behind)?;
        Ok(Self {
            door: site.door(),
            thread: Thread::start(site, Arc::clone(&board))?,
            board,
        })
    }

    /// Lets in those of a file of users, in place of the one token.
    ///
    /// ```toml
    /// [ana]
    /// token = "at least sixteen characters"
    /// roles = ["viewer", "operator"]
    /// ```
    ///
    /// ```
    /// use flow_runtime::inspect::Inspector;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("users.toml");
    /// std::fs::write(&path, "[ana]\ntoken = \"a-long-secret-text\"\nroles = [\"viewer\"]\n")?;
    /// let view = Inspector::bind("127.0.0.1:0")?.users(&path)?;
    /// # let view = view.quiet();
    /// assert!(view.url().ends_with('/')); // no token in it
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`](crate::ErrorKind::Serve), with the line, where the file
    /// cannot be read, is no TOML, names no user or one without a name, or has a token of less
    /// than 16 characters, blanks not among them, or twice.
    pub fn users(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        self.door_mut().users = Users::read(path.as_ref())?;
        Ok(self)
    }

    /// Adds a name that the server may be asked by: `flows.example.org`, or with its port.
    ///
    /// Without any these are the address it is asked at and, on this machine, `localhost`.
    /// Behind a proxy with TLS it has only names that are added.
    ///
    /// ```
    /// use flow_runtime::inspect::Inspector;
    ///
    /// let view = Inspector::bind("127.0.0.1:0")?.host("workstation.local")?;
    /// # let view = view.quiet();
    /// assert!(view.url().starts_with("http://workstation.local:"));
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`](crate::ErrorKind::Serve) where it is no name of a host.
    pub fn host(self, name: &str) -> Result<Self, Error> {
        self.door_mut().names.add(name)?;
        Ok(self)
    }

    fn door_mut(&self) -> RwLockWriteGuard<'_, Door> {
        self.door.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints nothing.
    ///
    /// ```
    /// use flow_runtime::inspect::Inspector;
    ///
    /// let view = Inspector::bind("127.0.0.1:0")?.quiet();
    /// println!("look at {}", view.url());
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    pub fn quiet(self) -> Self {
        self.thread.quiet();
        self
    }

    /// Shows the exposed values of a struct under a name. A later one of the same name
    /// takes its place.
    ///
    /// Who may get and set which is what their [`Exposed`] says.
    ///
    /// ```
    /// use flow_runtime::inspect::{Exposed, Inspector, Knob};
    ///
    /// #[derive(Exposed)]
    /// struct Knobs {
    ///     #[expose(get = "viewer", set = "operator", range = 1..=64)]
    ///     at_once: Knob<usize>,
    /// }
    ///
    /// let knobs = Knobs { at_once: Knob::new(8) };
    /// let view = Inspector::bind("127.0.0.1:0")?.expose("job", &knobs);
    /// # let view = view.quiet();
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Where a knob's value is out of its range, as all ways to expose a struct.
    pub fn expose(self, name: impl Into<String>, exposed: &(impl Exposed + ?Sized)) -> Self {
        self.board.expose(name.into(), exposed.exposed());
        self
    }

    /// Returns the address of the page, with the token where there is but one. Bound to all
    /// addresses of this machine, it is `127.0.0.1` or `[::1]`.
    ///
    /// ```
    /// # use flow_runtime::inspect::Inspector;
    /// let view = Inspector::bind("127.0.0.1:0")?.quiet();
    /// assert!(view.url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> String {
        let door = self.door.read().unwrap_or_else(PoisonError::into_inner);
        door.url(self.thread.address)
    }

    /// Shows a flow from now on, and drives it in the task that awaits this. The future gives
    /// what the flow itself gives.
    ///
    /// ```
    /// use flow_runtime::{flow, inspect::Inspector};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// let view = Inspector::bind("127.0.0.1:0")?;
    /// # let view = view.quiet();
    /// let total: u32 = view.watch(flow! {
    ///     #![observe = "lengths"]
    ///     from(["1", "2"]) -> map(str::parse::<u32>)? -> sum()
    /// }).await?;
    /// assert_eq!(total, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Behind [`Behind::Tls`] without a [`host`](Self::host).
    ///
    /// # Cancel safety
    ///
    /// That of the flow: dropped, it is cancelled, and shown as such.
    #[must_use = "a flow runs when this is awaited"]
    pub fn watch<J, D>(&self, job: J) -> D
    where
        // The future is no projection: of a flow that is none, that is said once.
        J: WatchedJob<Driving = D>,
        D: Future<Output = J::Output>,
    {
        self.follow(&job.watch());
        job.drive()
    }

    /// Shows a flow that is driven elsewhere: one with inlets, say, or on another thread.
    ///
    /// Flows of one name stand beside each other, as `name`, `name 2`, …; one that has ended makes
    /// place for the next of its name. A flow that is shown is not shown twice. Up to 64 are;
    /// then the oldest of those that have ended goes, or the oldest of all.
    ///
    /// ```
    /// use flow_runtime::{flow, inspect::{Inspector, Watched}};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// let view = Inspector::bind("127.0.0.1:0")?;
    /// # let view = view.quiet();
    /// let mut sum = flow! {
    ///     #![observe = "sum"]
    ///     <u32> -> sum::<u32>()
    /// };
    /// view.follow(&sum.watch());
    /// sum.emit(3);
    /// assert_eq!(sum.finish(), 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Behind [`Behind::Tls`] without a [`host`](Self::host).
    pub fn follow(&self, watch: &Watch) {
        let door = self.door.read().unwrap_or_else(PoisonError::into_inner);
        let named = door.names.named();
        drop(door);
        if let Err(why) = named {
            panic!("{why}");
        }
        self.board.follow(watch.clone());
        self.thread.announce();
    }

    /// Returns what `GET /snapshot` gives: `{"flows": {name: snapshot}}`.
    ///
    /// ```
    /// # use flow_runtime::inspect::Inspector;
    /// let view = Inspector::bind("127.0.0.1:0")?.quiet();
    /// assert_eq!(view.snapshots().to_string(), r#"{"flows":{}}"#);
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn snapshots(&self) -> serde_json::Value {
        serde_json::to_value(self.board.snapshots()).unwrap_or_default()
    }
}

impl fmt::Debug for Inspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = &self.thread.address;
        f.debug_struct("Inspector")
            .field("address", address)
            .finish_non_exhaustive()
    }
}
