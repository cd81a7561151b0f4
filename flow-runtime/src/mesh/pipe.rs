//! Pieces of flows as behaviours.

use std::collections::VecDeque;

use super::{
    mail::Mail,
    node::Node,
    refusal::Refused,
    work::{Worker, Works},
};
use crate::{error::BoxError, operator::Operator};

/// A piece of a flow in a node: what leaves it is sent on.
pub struct Pipe<O, U> {
    piece: O,
    to: Node<U>,
    /// Holds what left while the receiver took nothing. It is sent first at the next
    /// item, so that a full mailbox loses none.
    left: VecDeque<U>,
}

impl<O, U> Pipe<O, U> {
    pub(super) fn new(piece: O, to: Node<U>) -> Self {
        let left = VecDeque::new();
        Self { piece, to, left }
    }
}

/// The form of a pipe for items of type `T`.
pub struct Piped<T>(std::marker::PhantomData<fn(T)>);

impl<T, U, O> Worker<Pipe<O, U>, Piped<T>>
where
    U: 'static,
    O: Operator<T, Out = U>,
{
    /// Sends what was left over, as far as it is taken.
    fn send_left(&mut self, mail: &mut Mail<'_>) -> Result<(), Refused> {
        let Pipe { to, left, .. } = &mut self.works;
        while let Some(item) = left.pop_front() {
            if let Err(unsent) = mail.try_send(*to, item) {
                let reason = unsent.reason();
                left.push_front(unsent.into_inner());
                return Err(reason);
            }
        }
        Ok(())
    }
}

impl<T, U, O> Works for Worker<Pipe<O, U>, Piped<T>>
where
    T: 'static,
    U: 'static,
    O: Operator<T, Out = U>,
{
    type Item = T;

    fn work(&mut self, item: T, mail: &mut Mail<'_>) -> Result<(), BoxError> {
        let mut sent = Ok(());
        if !self.works.left.is_empty() {
            sent = self.send_left(mail);
        }
        let Pipe { piece, to, left } = &mut self.works;
        for item in piece.push(item) {
            if sent.is_err() {
                left.push_back(item);
            } else if let Err(unsent) = mail.try_send(*to, item) {
                sent = Err(unsent.reason());
                left.push_back(unsent.into_inner());
            }
        }
        sent.map_err(Into::into)
    }

    fn closed(&mut self, mail: &mut Mail<'_>) {
        let Pipe { piece, to, left } = &mut self.works;
        for item in left.drain(..).chain(piece.finish()) {
            // Nobody is there to take it where that node is closed.
            let _ = mail.force(*to, item);
        }
    }
}
