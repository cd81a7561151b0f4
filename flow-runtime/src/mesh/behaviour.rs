//! Defines what a node does with an item.

use super::{mail::Mail, refusal::Refused};
use crate::error::BoxError;

/// A behaviour with a state, and with a last word.
///
/// A closure is one where there is nothing to say at the end: see
/// [`tasklet`](super::MeshOf::tasklet). A type that implements this goes to
/// [`node`](super::MeshOf::node).
///
/// ```
/// use flow_runtime::{BoxError, mesh::{Behaviour, Mail, Mesh, Node}};
///
/// /// Adds up, and tells the sum at the end.
/// struct Sum {
///     sum: u32,
///     to: Node<String>,
/// }
///
/// impl Behaviour<u32> for Sum {
///     fn work(&mut self, item: u32, _: &mut Mail) -> Result<(), BoxError> {
///         self.sum = self.sum.checked_add(item).ok_or("too much")?;
///         Ok(())
///     }
///
///     fn closed(&mut self, mail: &mut Mail) {
///         let _ = mail.send(self.to, format!("{} in all", self.sum));
///     }
/// }
///
/// let mut mesh = Mesh::new();
/// let lines = mesh.declare("lines");
/// let sum = mesh.node("sum", Sum { sum: 0, to: lines });
/// for n in [2, 3] {
///     mesh.send(sum, n)?;
/// }
/// mesh.flush(sum)?;
/// mesh.close(sum);
/// assert_eq!(mesh.close(lines), ["5 in all"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no behaviour for items of type `{T}`",
    note = "closures go to `tasklet`; a type with a state implements `Behaviour<{T}>`"
)]
pub trait Behaviour<T> {
    /// Works on one item. What it sends waits in mailboxes: nothing else runs
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// What it gives ends the call that made the node work. The node stays as it
    /// is.
    fn work(&mut self, item: T, mail: &mut Mail) -> Result<(), BoxError>;

    /// The last word, once: when the node is closed, is given another behaviour,
    /// or the mesh is dropped.
    fn closed(&mut self, mail: &mut Mail) {
        let _ = mail;
    }
}

/// Describes what a behaviour that is a closure may give: nothing, the `Result` of a send,
/// or one with an error of its own.
///
/// ```
/// use flow_runtime::{BoxError, mesh::Outcome};
///
/// assert!(().into_result().is_ok());
/// assert!(Err::<(), BoxError>("no".into()).into_result().is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "a behaviour gives `()`, or a `Result<(), E>` whose `E` becomes a boxed error",
    label = "gives `{Self}`"
)]
pub trait Outcome: 'static {
    /// Its error, boxed.
    #[doc(hidden)]
    fn into_result(self) -> Result<(), BoxError>;
}

impl Outcome for () {
    #[inline]
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError> + 'static> Outcome for Result<(), E> {
    #[inline]
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// A closure that only panics gives `!`, which has no name on stable Rust but as
/// what a function pointer gives.
impl Outcome for <fn() -> ! as Gives>::Out {
    fn into_result(self) -> Result<(), BoxError> {
        self
    }
}

/// Names the type that a function gives.
pub trait Gives {
    /// Its type.
    type Out;
}

impl<R> Gives for fn() -> R {
    type Out = R;
}

const _: () = {
    const fn outcome<R: Outcome>() {}
    outcome::<Result<(), Refused>>();
};
