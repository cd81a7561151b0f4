//! New behaviours for nodes that are there.

use super::{
    MeshOf,
    behaviour::{Behaviour, Outcome},
    boxes::Token,
    kind::{Fits, Kind},
    mail::Mail,
    new::New,
    node::Node,
    work::{Closure, Typed},
};

impl<K: Kind> MeshOf<K> {
    /// Gives a node a new behaviour, a closure, and an empty, open mailbox. The
    /// old behaviour says its last word, unless it has, and is dropped. A node
    /// that was declared keeps what waits when it gets its first behaviour.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare("node");
    /// mesh.send(node, 1)?;
    /// mesh.set(node, |n: u32, _| assert_eq!(n, 1));
    /// assert!(mesh.next(node)?);
    ///
    /// mesh.send(node, 2)?;
    /// mesh.set(node, |_, _| unreachable!());
    /// assert!(!mesh.next(node)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Where `node` is of another mesh.
    #[track_caller]
    pub fn set<T, R, F>(&mut self, node: Node<T>, behaviour: F)
    where
        T: Fits<K>,
        R: Outcome,
        F: FnMut(T, &mut Mail<'_>) -> R + Fits<K>,
    {
        let work = behaviour.into_work::<Closure<T, R>>(Token(()));
        self.replace(node, New::Ready(work), false);
    }

    /// As [`set`](MeshOf::set), for a type that implements [`Behaviour`].
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
    /// let counts = mesh.declare("counts");
    /// mesh.send(counts, "waits".to_string())?;
    /// mesh.set_node(counts, Counts(0));
    /// assert_eq!(mesh.run_all()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Where `node` is of another mesh.
    #[track_caller]
    pub fn set_node<T: Fits<K>>(&mut self, node: Node<T>, behaviour: impl Behaviour<T> + Fits<K>) {
        let work = behaviour.into_work::<Typed<T>>(Token(()));
        self.replace(node, New::Ready(work), false);
    }

    /// Gives a node a new behaviour, which `make` makes, and keeps what waits;
    /// a closed node is opened. From now on `make` is what
    /// [`restart`](MeshOf::restart) uses.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let (out, wait) = (mesh.declare::<u32>("out"), mesh.tasklet("wait", |_: u32, _| ()));
    /// mesh.send(wait, 7)?;
    /// mesh.rescope(wait, move || move |n, mail| mail.send(out, n));
    /// mesh.flush(wait)?;
    /// assert_eq!(mesh.close(out), [7]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Where `node` is of another mesh, or `make` panics: the node is then as one
    /// that is declared.
    #[track_caller]
    pub fn rescope<T, R, F>(&mut self, node: Node<T>, make: impl FnMut() -> F + Fits<K>)
    where
        T: Fits<K>,
        R: Outcome,
        F: FnMut(T, &mut Mail<'_>) -> R + Fits<K>,
    {
        let make = make.into_make::<F, Closure<T, R>>(Token(()));
        self.replace(node, New::Made(make), true);
    }

    /// As [`rescope`](MeshOf::rescope), for a type that implements [`Behaviour`].
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
    /// let counts = mesh.tasklet("counts", |_: String, _| ());
    /// mesh.send(counts, "is kept".to_string())?;
    /// mesh.rescope_node(counts, || Counts(0));
    /// assert_eq!(mesh.run_all()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// As `rescope`.
    pub fn rescope_node<T, B>(&mut self, node: Node<T>, make: impl FnMut() -> B + Fits<K>)
    where
        T: Fits<K>,
        B: Behaviour<T> + Fits<K>,
    {
        let make = make.into_make::<B, Typed<T>>(Token(()));
        self.replace(node, New::Made(make), true);
    }
}
