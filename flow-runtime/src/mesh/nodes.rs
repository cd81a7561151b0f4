//! Defines how a mesh gets its nodes.

use super::{
    MeshOf,
    behaviour::{Behaviour, Outcome},
    boxes::Token,
    kind::{Fits, Kind},
    mail::Mail,
    new::New,
    node::Node,
    pipe::{Pipe, Piped},
};
use crate::operator::Operator;

impl<K: Kind> MeshOf<K> {
    /// Makes an address without a behaviour: what is sent there waits, and
    /// schedulers take it for idle. It is how nodes refer to each other in a
    /// circle, and where results can wait.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let ping = mesh.declare::<u32>("ping");
    /// let pong = mesh.tasklet("pong", move |n: u32, mail| mail.send(ping, n + 1));
    /// mesh.set(ping, move |n, mail| if n < 10 { mail.send(pong, n) } else { Ok(()) });
    /// mesh.send(ping, 1)?;
    /// assert_eq!(mesh.run_all()?, 19);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn declare<T: Fits<K>>(&mut self, name: impl Into<String>) -> Node<T> {
        self.places.push(super::Place::default());
        self.post.add(name.into(), T::mailbox(Token(())))
    }

    /// Makes a node whose behaviour is a closure: it takes an item and the
    /// [`Mail`], and gives nothing, the `Result` of a send, or a `Result<(), E>`
    /// with an error of its own.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let lines = mesh.tasklet("lines", |line: String, _| println!("{line}"));
    /// let parse = mesh.tasklet("parse", |text: &str, _| text.parse::<u32>().map(drop));
    /// let twice = mesh.tasklet("twice", move |n: u32, mail| mail.send(lines, format!("{}", 2 * n)));
    /// # let _ = (parse, twice);
    /// ```
    pub fn tasklet<T, R, F>(&mut self, name: impl Into<String>, behaviour: F) -> Node<T>
    where
        T: Fits<K>,
        R: Outcome,
        F: FnMut(T, &mut Mail<'_>) -> R + Fits<K>,
    {
        let node = self.declare(name);
        self.set(node, behaviour);
        node
    }

    /// Makes a node whose behaviour is a type of its own: see [`Behaviour`].
    ///
    /// ```
    /// # use flow_runtime::{BoxError, mesh::{Behaviour, Mail}};
    /// use flow_runtime::mesh::Mesh;
    ///
    /// # struct Counts(usize);
    /// # impl Behaviour<String> for Counts {
    /// #     fn work(&mut self, word: String, _: &mut Mail) -> Result<(), BoxError> {
    /// #         self.0 += word.len();
    /// #         Ok(())
    /// #     }
    /// # }
    /// let mut mesh = Mesh::new();
    /// let counts = mesh.node("counts", Counts(0));
    /// mesh.send(counts, "word".to_string())?;
    /// mesh.run_all()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn node<T: Fits<K>>(
        &mut self,
        name: impl Into<String>,
        behaviour: impl Behaviour<T> + Fits<K>,
    ) -> Node<T> {
        let node = self.declare(name);
        self.set_node(node, behaviour);
        node
    }

    /// Makes a node of a piece of a flow, or of any other
    /// [`Operator`]: what leaves it is sent to `to`. Closing the
    /// node is the piece's end of input.
    ///
    /// What a full `to` does not take ends the call that made the node work with
    /// an error, but is not lost: it is sent first when the next item comes.
    ///
    /// ```
    /// use flow_runtime::{flow, mesh::Mesh};
    ///
    /// let mut mesh = Mesh::new();
    /// let pairs = mesh.declare("pairs");
    /// let pair = mesh.pipe("pair", flow! { <u32> -> partition(2) -> map(|batch| batch.to_vec()) }, pairs);
    /// for n in 0..3 {
    ///     mesh.send(pair, n)?;
    /// }
    /// mesh.run_all()?;
    /// assert_eq!(mesh.pending(pairs), 1);
    /// mesh.close(pair);
    /// assert_eq!(mesh.close(pairs), [vec![0, 1], vec![2]]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn pipe<T, U, O>(&mut self, name: impl Into<String>, piece: O, to: Node<U>) -> Node<T>
    where
        T: Fits<K>,
        U: Fits<K>,
        O: Operator<T, Out = U>,
        Pipe<O, U>: Fits<K>,
    {
        let _ = to.id().index(self.post.tag);
        let node = self.declare(name);
        let work = Pipe::new(piece, to).into_work::<Piped<T>>(Token(()));
        self.replace(node, New::Ready(work), true);
        node
    }

    /// Makes a node of what `make` makes, a closure: again at every
    /// [`restart`](MeshOf::restart).
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let count = mesh.tasklet_with("count", || {
    ///     let mut count = 0;
    ///     move |_: String, _| count += 1
    /// });
    /// mesh.restart(count)?;
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    pub fn tasklet_with<T, R, F>(
        &mut self,
        name: impl Into<String>,
        make: impl FnMut() -> F + Fits<K>,
    ) -> Node<T>
    where
        T: Fits<K>,
        R: Outcome,
        F: FnMut(T, &mut Mail<'_>) -> R + Fits<K>,
    {
        let node = self.declare(name);
        self.rescope(node, make);
        node
    }

    /// Makes a node of what `make` makes, a [`Behaviour`]: again at every
    /// [`restart`](MeshOf::restart).
    ///
    /// ```
    /// # use flow_runtime::{BoxError, mesh::{Behaviour, Mail}};
    /// use flow_runtime::mesh::Mesh;
    ///
    /// # struct Counts(usize);
    /// # impl Behaviour<String> for Counts {
    /// #     fn work(&mut self, word: String, _: &mut Mail) -> Result<(), BoxError> {
    /// #         self.0 += word.len();
    /// #         Ok(())
    /// #     }
    /// # }
    /// let mut mesh = Mesh::new();
    /// let counts = mesh.node_with("counts", || Counts(0));
    /// mesh.restart(counts)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn node_with<T, B>(
        &mut self,
        name: impl Into<String>,
        make: impl FnMut() -> B + Fits<K>,
    ) -> Node<T>
    where
        T: Fits<K>,
        B: Behaviour<T> + Fits<K>,
    {
        let node = self.declare(name);
        self.rescope_node(node, make);
        node
    }
}
