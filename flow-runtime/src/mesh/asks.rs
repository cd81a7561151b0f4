//! New behaviours that a behaviour asks for while it works.

use super::{
    behaviour::{Behaviour, Outcome},
    boxes::{Local, Sendable, Token},
    kind::Fits,
    mail::{Mail, Posts},
    new::New,
    node::{Id, Node},
    work::{Closure, Typed},
};

impl Mail<'_> {
    /// Gives a node a new behaviour and an empty, open mailbox, as
    /// [`set`](super::MeshOf::set) of the mesh does, when this behaviour has
    /// returned. What is sent there meanwhile is dropped with the rest: see
    /// [`rescope`](Mail::rescope).
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let out = mesh.declare::<u32>("out");
    /// let times = mesh.tasklet("times", move |n: u32, mail| mail.send(out, n * 2));
    /// let control = mesh.tasklet("control", move |by: u32, mail| {
    ///     mail.set(times, move |n, mail| mail.send(out, n * by));
    /// });
    /// mesh.send(control, 10)?;
    /// mesh.flush(control)?;
    /// mesh.send(times, 4)?;
    /// mesh.flush(times)?;
    /// assert_eq!(mesh.close(out), [40]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// In a [`SendMesh`](super::SendMesh): see [`set_send`](Mail::set_send).
    #[track_caller]
    pub fn set<T, R, F>(&mut self, node: Node<T>, behaviour: F)
    where
        T: 'static,
        R: Outcome,
        F: FnMut(T, &mut Mail<'_>) -> R + Fits<Local>,
    {
        let work = behaviour.into_work::<Closure<T, R>>(Token(()));
        self.local("set", node.id(), New::Ready(work), false);
    }

    /// As [`set`](Mail::set), for a type that implements [`Behaviour`].
    ///
    /// ```
    /// use flow_runtime::{BoxError, mesh::{Behaviour, Mail, Mesh}};
    ///
    /// struct Refuses;
    ///
    /// impl Behaviour<u32> for Refuses {
    ///     fn work(&mut self, _: u32, _: &mut Mail) -> Result<(), BoxError> {
    ///         Err("out of order".into())
    ///     }
    /// }
    ///
    /// let mut mesh = Mesh::new();
    /// let worker = mesh.tasklet("worker", |_: u32, _| ());
    /// let breaks = mesh.tasklet("breaks", move |(), mail| mail.set_node(worker, Refuses));
    /// mesh.send(breaks, ())?;
    /// mesh.run_all()?;
    /// mesh.send(worker, 1)?;
    /// assert_eq!(mesh.run_all().unwrap_err().to_string(), "node `worker`: out of order");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// In a [`SendMesh`](super::SendMesh).
    #[track_caller]
    pub fn set_node<T: 'static>(
        &mut self,
        node: Node<T>,
        behaviour: impl Behaviour<T> + Fits<Local>,
    ) {
        let work = behaviour.into_work::<Typed<T>>(Token(()));
        self.local("set_node", node.id(), New::Ready(work), false);
    }

    /// Gives a node a new behaviour when this one has returned, and keeps what
    /// waits there, as [`rescope`](super::MeshOf::rescope) of the mesh does.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let out = mesh.declare::<u32>("out");
    /// let grows = mesh.declare::<u32>("grows");
    /// mesh.set(grows, move |n, mail| {
    ///     mail.rescope(grows, move || move |n, mail| mail.send(out, n * 10));
    ///     mail.send(out, n)
    /// });
    /// for n in [1, 2] {
    ///     mesh.send(grows, n)?;
    /// }
    /// mesh.flush(grows)?;
    /// assert_eq!(mesh.close(out), [1, 20]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// In a [`SendMesh`](super::SendMesh): see
    /// [`rescope_send`](Mail::rescope_send).
    #[track_caller]
    pub fn rescope<T, R, F>(&mut self, node: Node<T>, make: impl FnMut() -> F + Fits<Local>)
    where
        T: 'static,
        R: Outcome,
        F: FnMut(T, &mut Mail<'_>) -> R + Fits<Local>,
    {
        let make = make.into_make::<F, Closure<T, R>>(Token(()));
        self.local("rescope", node.id(), New::Made(make), true);
    }

    /// As [`set`](Mail::set), in a mesh of either kind: the behaviour has to be
    /// `Send`.
    ///
    /// ```
    /// use flow_runtime::mesh::SendMesh;
    ///
    /// let mut mesh = SendMesh::new();
    /// let echo = mesh.declare::<u32>("echo");
    /// let once = mesh.tasklet("once", move |n: u32, mail| {
    ///     mail.set_send(echo, move |m, _| assert_eq!(m, n + 1));
    /// });
    /// mesh.send(once, 1)?;
    /// mesh.run_all()?;
    /// mesh.send(echo, 2)?;
    /// assert_eq!(mesh.run_all()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn set_send<T, R, F>(&mut self, node: Node<T>, behaviour: F)
    where
        T: 'static,
        R: Outcome,
        F: FnMut(T, &mut Mail<'_>) -> R + Fits<Sendable>,
    {
        match &mut self.posts {
            Posts::Local(_) => self.set(node, behaviour),
            Posts::Sendable(post) => {
                let work = behaviour.into_work::<Closure<T, R>>(Token(()));
                post.ask_for(node.id(), New::Ready(work), false);
            }
        }
    }

    /// As [`rescope`](Mail::rescope), in a mesh of either kind: what is made, and
    /// what makes it, has to be `Send`.
    ///
    /// ```
    /// use flow_runtime::mesh::SendMesh;
    ///
    /// let mut mesh = SendMesh::new();
    /// let node = mesh.declare::<u32>("node");
    /// mesh.set(node, move |_, mail| {
    ///     mail.rescope_send(node, || |n, _| assert_eq!(n, 2));
    /// });
    /// mesh.send(node, 1)?;
    /// mesh.send(node, 2)?;
    /// assert_eq!(mesh.run_all()?, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn rescope_send<T, R, F>(&mut self, node: Node<T>, make: impl FnMut() -> F + Fits<Sendable>)
    where
        T: 'static,
        R: Outcome,
        F: FnMut(T, &mut Mail<'_>) -> R + Fits<Sendable>,
    {
        match &mut self.posts {
            Posts::Local(_) => self.rescope(node, make),
            Posts::Sendable(post) => {
                let make = make.into_make::<F, Closure<T, R>>(Token(()));
                post.ask_for(node.id(), New::Made(make), true);
            }
        }
    }

    /// Asks for a change that a mesh of the kind `Local` can make.
    #[track_caller]
    fn local(&mut self, method: &str, id: Id, new: New<Local>, keep: bool) {
        match &mut self.posts {
            Posts::Local(post) => post.ask_for(id, new, keep),
            Posts::Sendable(_) => panic!(
                "`mail.{method}` takes what is not `Send`: in a `SendMesh`, use `mail.set_send` or `mail.rescope_send`"
            ),
        }
    }
}
