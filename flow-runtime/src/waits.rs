//! Who waits for what, among the things that are being made one at a time: keys of
//! stores, and values of artifacts.
//!
//! A function that makes one may ask for another, and wait until that is made. Where
//! such waits would form a circle, nothing in it would ever be made. So what is
//! being made is a node here, every wait from within a making is an edge, and the
//! wait that would close a circle is refused, with the names of all in it.
//!
//! Who asks is told by the poll: each thread knows what the futures make that it is in
//! the middle of polling. That does not reach a task that the making spawns, so what
//! was taken along from a making, a clone of a store, brings its [`Within`] there.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

thread_local! {
    /// The keys that the futures which this thread is polling make, the innermost last.
    static POLLED: RefCell<Vec<Arc<Node>>> = const { RefCell::new(Vec::new()) };
}

/// Held while a wait is added: of two that close one circle, one sees the other.
static ADDING: Mutex<()> = Mutex::new(());

/// A thing that is made by one at a time.
#[derive(Default)]
pub(crate) struct Node {
    /// The key that its making waits for now.
    waits: Mutex<Vec<Arc<Edge>>>,
}

/// A wait from within a making.
struct Edge {
    node: Arc<Node>,
    deed: Deed,
    /// The name of the thing, as in "`Answer` 1".
    name: String,
}

/// The way in which a thing is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    /// To be durable.
    Ensure,
    /// For its value.
    Get,
}

/// A circle of waits that would have been closed: each wait in it, that which was
/// refused in front.
#[derive(Debug)]
pub(crate) struct Circle(Vec<(Deed, String)>);

/// The makings that something belongs to, as far as they go on.
#[derive(Clone, Default)]
pub(crate) struct Within(Option<Arc<Vec<Weak<Node>>>>);

/// A wait, until it is dropped.
pub(crate) struct Waiting {
    from: Vec<Arc<Node>>,
    edge: Arc<Edge>,
}

/// These are at the end of the thread's list, until this is dropped.
pub(crate) struct Entered(usize);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing of the user's runs under a lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Node {
    /// Makes the thing, by this future, for those that it is made `within` as well.
    pub(crate) async fn make<T>(
        self: &Arc<Self>,
        within: &Within,
        making: impl Future<Output = T>,
    ) -> T {
        Self::make_all(std::iter::once((self, within)), making).await
    }

    /// Makes several things, by one future.
    pub(crate) async fn make_all<'n, T>(
        nodes: impl Iterator<Item = (&'n Arc<Self>, &'n Within)> + Clone,
        making: impl Future<Output = T>,
    ) -> T {
        let mut making = pin!(making);
        poll_fn(|context| {
            let around = nodes.clone().flat_map(|(_, within)| within.alive());
            let _polled = enter(around.chain(nodes.clone().map(|(node, _)| Arc::clone(node))));
            making.as_mut().poll(context)
        })
        .await
    }

    /// Notes that what is being polled, and `within`, waits for this. Nobody has to know
    /// where nothing is being made.
    ///
    /// # Errors
    ///
    /// Where it would wait for itself.
    pub(crate) fn wait(
        self: &Arc<Self>,
        within: &Within,
        deed: Deed,
        name: impl FnOnce() -> String,
    ) -> Result<Option<Waiting>, Circle> {
        let from = within.and_polled();
        if from.is_empty() {
            return Ok(None);
        }
        let (node, name) = (Arc::clone(self), name());
        let edge = Arc::new(Edge { node, deed, name });
        let _adding = lock(&ADDING);
        if let Some(circle) = circle(&from, &edge) {
            return Err(circle);
        }
        for each in &from {
            lock(&each.waits).push(Arc::clone(&edge));
        }
        Ok(Some(Waiting { from, edge }))
    }
}

/// The circle that an edge closes with the edges there are.
fn circle(from: &[Arc<Node>], edge: &Arc<Edge>) -> Option<Circle> {
    // Every edge that is reached, with the number of the one before it.
    let mut reached = vec![(Arc::clone(edge), None)];
    let mut next = 0;
    while let Some((edge, _)) = reached.get(next) {
        if from.iter().any(|each| Arc::ptr_eq(each, &edge.node)) {
            let mut names = Vec::new();
            let mut at = Some(next);
            while let Some((edge, before)) = at.map(|at| &reached[at]) {
                names.push((edge.deed, edge.name.clone()));
                at = *before;
            }
            names.reverse();
            return Some(Circle(names));
        }
        let waits = lock(&edge.node.waits).clone();
        for wait in waits {
            if !reached.iter().any(|(edge, _)| Arc::ptr_eq(edge, &wait)) {
                reached.push((wait, Some(next)));
            }
        }
        next += 1;
    }
    None
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let made = self.0.last().map_or("", |(_, name)| name);
        if let [(deed, _)] = &self.0[..] {
            let done = match deed {
                Deed::Ensure => "ensured",
                Deed::Get => "got",
            };
            return write!(f, "{made} is {done} by the function that makes it");
        }
        write!(f, "{made} would wait for itself: its function ")?;
        for (number, (deed, name)) in self.0.iter().enumerate() {
            let link = if number > 0 { ", whose function " } else { "" };
            let does = match deed {
                Deed::Ensure => "ensures",
                Deed::Get => "gets",
            };
            write!(f, "{link}{does} {name}")?;
        }
        Ok(())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        for each in &self.from {
            lock(&each.waits).retain(|wait| !Arc::ptr_eq(wait, &self.edge));
        }
    }
}

impl Within {
    /// Returns what is being polled here, and what this belongs to already.
    pub(crate) fn here(&self) -> Self {
        if self.0.is_none() && POLLED.with_borrow(Vec::is_empty) {
            return Self::default();
        }
        let all: Vec<_> = self.and_polled().iter().map(Arc::downgrade).collect();
        Self((!all.is_empty()).then(|| Arc::new(all)))
    }

    /// Counts this thread to these makings.
    pub(crate) fn enter(&self) -> Entered {
        enter(self.alive())
    }

    fn alive(&self) -> impl Iterator<Item = Arc<Node>> {
        self.0
            .iter()
            .flat_map(|all| all.iter())
            .filter_map(Weak::upgrade)
    }

    fn and_polled(&self) -> Vec<Arc<Node>> {
        let mut all: Vec<Arc<Node>> = Vec::new();
        POLLED.with_borrow(|polled| {
            for each in self.alive().chain(polled.iter().cloned()) {
                if !all.iter().any(|known| Arc::ptr_eq(known, &each)) {
                    all.push(each);
                }
            }
        });
        all
    }
}

fn enter(nodes: impl IntoIterator<Item = Arc<Node>>) -> Entered {
    POLLED.with_borrow_mut(|polled| {
        let length = polled.len();
        polled.extend(nodes);
        Entered(length)
    })
}

impl Drop for Entered {
    fn drop(&mut self) {
        POLLED.with_borrow_mut(|polled| polled.truncate(self.0));
    }
}
