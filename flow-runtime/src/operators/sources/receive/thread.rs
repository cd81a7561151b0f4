//! The channels of the standard library.
//!
//! Their receivers can be waited for by a thread only. What is ready is taken where the
//! flow runs; while nothing is, the receiver is lent to a thread, which gives it back
//! with the next item.

use core::{
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};
use std::{
    sync::mpsc::{self as blocking, RecvTimeoutError, TryRecvError},
    thread,
    time::Duration,
};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::Receive;

/// The longest that the thread goes on when nobody waits for it any more.
const LOOK: Duration = Duration::from_millis(20);

/// The number of items that may be taken in a row before other tasks have their turn.
const IN_A_ROW: u32 = 128;

impl<T: Send + 'static> Receive for blocking::Receiver<T> {
    type Item = T;
    type Items = Items<T>;

    #[inline]
    fn items(self) -> Items<T> {
        Items {
            receiver: Held::Here(self),
            waiter: None,
            in_a_row: 0,
        }
    }
}

/// The items of a channel.
pub struct Items<T> {
    receiver: Held<T>,
    /// The thread that waits: there once nothing was ready.
    waiter: Option<Waiter<T>>,
    /// The number of items that were taken since other tasks had a turn.
    in_a_row: u32,
}

/// A receiver, and who has it.
enum Held<T> {
    Here(blocking::Receiver<T>),
    ByTheThread,
    /// Nothing more comes.
    Over,
}

/// The thread that waits for an item at a time. It ends when this is dropped.
struct Waiter<T> {
    lend: blocking::Sender<blocking::Receiver<T>>,
    back: mpsc::UnboundedReceiver<(blocking::Receiver<T>, Option<T>)>,
}

impl<T: Send + 'static> Waiter<T> {
    fn new() -> Self {
        let (lend, lent) = blocking::channel();
        let (give, back) = mpsc::unbounded_channel();
        thread::spawn(move || wait(&lent, &give));
        Self { lend, back }
    }
}

/// Waits for one item of each receiver that is lent.
fn wait<T>(
    lent: &blocking::Receiver<blocking::Receiver<T>>,
    give: &mpsc::UnboundedSender<(blocking::Receiver<T>, Option<T>)>,
) {
    for receiver in lent {
        let item = loop {
            match receiver.recv_timeout(LOOK) {
                Ok(item) => break Some(item),
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) if give.is_closed() => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        if give.send((receiver, item)).is_err() {
            return;
        }
    }
}

// Nothing in it is pinned.
impl<T> Unpin for Items<T> {}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = &mut *self;
        loop {
            match mem::replace(&mut this.receiver, Held::Over) {
                Held::Over => return Poll::Ready(None),
                Held::Here(receiver) if this.in_a_row == IN_A_ROW => {
                    this.receiver = Held::Here(receiver);
                    this.in_a_row = 0;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Held::Here(receiver) => match receiver.try_recv() {
                    Ok(item) => {
                        this.receiver = Held::Here(receiver);
                        this.in_a_row += 1;
                        return Poll::Ready(Some(item));
                    }
                    Err(TryRecvError::Disconnected) => return Poll::Ready(None),
                    Err(TryRecvError::Empty) => {
                        let waiter = this.waiter.get_or_insert_with(Waiter::new);
                        if waiter.lend.send(receiver).is_ok() {
                            this.receiver = Held::ByTheThread;
                        }
                    }
                },
                Held::ByTheThread => {
                    this.receiver = Held::ByTheThread;
                    let Some(waiter) = &mut this.waiter else {
                        return Poll::Ready(None);
                    };
                    let back = ready!(waiter.back.poll_recv(cx));
                    let Some((receiver, Some(item))) = back else {
                        this.receiver = Held::Over;
                        return Poll::Ready(None);
                    };
                    this.receiver = Held::Here(receiver);
                    this.in_a_row = 0;
                    return Poll::Ready(Some(item));
                }
            }
        }
    }
}
