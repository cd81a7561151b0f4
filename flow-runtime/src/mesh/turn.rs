//! The turn of a node that works until its mailbox is empty.
//!
//! For such a turn the queue is taken out of the mesh: items are taken from it where its type
//! is known, without asking for it again. The behaviour reaches it through its
//! [`Mail`], as it reaches the other mailboxes. However the turn ends, the queue is put back.

use std::collections::VecDeque;

use super::mail::Mail;

/// The turn of a node whose items are of type `T`, for all that waits there.
pub struct Turn<'t, 'm, T: 'static> {
    mail: &'t mut Mail<'m>,
    queue: VecDeque<T>,
}

impl<'t, 'm, T: 'static> Turn<'t, 'm, T> {
    #[inline]
    pub(super) fn new(mail: &'t mut Mail<'m>) -> Self {
        let mut queue = VecDeque::new();
        mail.take_out(&mut queue);
        Self { mail, queue }
    }

    /// Takes the next item.
    #[inline]
    pub(super) fn next(&mut self) -> Option<T> {
        self.queue.pop_front()
    }

    /// The mailboxes, for the behaviour.
    #[inline]
    pub(super) fn mail(&mut self) -> Mail<'_> {
        self.mail.with(&mut self.queue)
    }

    /// Returns whether a behaviour has asked for a change, which ends the turn.
    #[inline]
    pub(super) fn is_over(&self) -> bool {
        self.mail.changing()
    }
}

impl<T: 'static> Drop for Turn<'_, '_, T> {
    #[inline]
    fn drop(&mut self) {
        self.mail.put_back(&mut self.queue);
    }
}
