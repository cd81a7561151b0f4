//! The talk with one browser over a WebSocket.
//!
//! One task does it all: it answers commands, tells what the feeds give, and asks for
//! signs of life. While a browser does not take a message nothing else is made for it, so
//! one that is slow loses events and costs no memory.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
use futures_util::SinkExt;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

use super::commands::{self, Answers, Reply};
use super::feed::Feed;
use super::limits::{Bucket, COMMANDS, MESSAGE_SIZE, MESSAGES, PING_EVERY, TAKE_TIME};
use crate::inspect::User;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// The time that a browser is given to take the word that it is over.
const CLOSE_TIME: Duration = Duration::from_secs(1);

/// One browser, and what goes on with it.
pub struct Talk<'s> {
    pub user: User,
    pub answers: Option<&'s Answers>,
    pub feeds: Vec<Feed>,
}

/// The next step.
enum Next {
    Say(Utf8Bytes),
    Heard(Result<Message, tungstenite::Error>),
    Left,
    Tick,
}

impl Talk<'_> {
    /// Talks until the browser leaves, is silent for too long, takes nothing, or does
    /// what it must not.
    pub async fn over(mut self, upgraded: Upgraded) {
        let mut config = WebSocketConfig::default();
        config.read_buffer_size = 4 * 1024;
        config.write_buffer_size = 0;
        config.max_write_buffer_size = 1024 * 1024;
        config.max_message_size = Some(MESSAGE_SIZE);
        config.max_frame_size = Some(MESSAGE_SIZE);
        let io = TokioIo::new(upgraded);
        let mut socket = Socket::from_raw_socket(io, Role::Server, Some(config)).await;
        if let Some((code, why)) = self.talk(&mut socket).await {
            let reason = Utf8Bytes::from_static(why);
            let frame = CloseFrame { code, reason };
            let _ = timeout(CLOSE_TIME, socket.close(Some(frame))).await;
        }
    }

    /// Returns why the browser is sent away; `None` where it has left.
    async fn talk(&mut self, socket: &mut Socket) -> Option<(CloseCode, &'static str)> {
        let mut running: Vec<Reply> = Vec::new();
        let mut allowed = Bucket::new(MESSAGES);
        let mut ticks = interval(PING_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let next = poll_fn(|cx| self.next(socket, &mut running, &mut ticks, cx)).await;
            let message = match next {
                Next::Say(text) => Message::Text(text),
                Next::Left => return None,
                Next::Tick if heard.elapsed() > PING_EVERY * 3 => return None,
                Next::Tick => Message::Ping(Vec::new().into()),
                Next::Heard(message) => {
                    heard = Instant::now();
                    match message {
                        Err(tungstenite::Error::Capacity(_)) => {
                            return Some((CloseCode::Size, "the message is too long"));
                        }
                        Err(_) => return Some((CloseCode::Protocol, "this is no WebSocket")),
                        Ok(_) if !allowed.take(heard) => {
                            return Some((CloseCode::Policy, "too many messages"));
                        }
                        Ok(Message::Text(text)) => {
                            running.push(self.answer(&text));
                            continue;
                        }
                        Ok(Message::Binary(_)) => {
                            let why = "a message is text: {\"id\": …, \"command\": …}";
                            Message::Text(commands::error(&Value::Null, why).into())
                        }
                        Ok(_) => continue,
                    }
                }
            };
            match timeout(TAKE_TIME, socket.send(message)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return None,
            }
        }
    }

    fn answer(&self, text: &str) -> Reply {
        match self.answers {
            Some(answers) => answers(text, &self.user),
            None => {
                let error = commands::error(&commands::id_of(text), "there are no commands here");
                Box::pin(async move { error })
            }
        }
    }

    /// Finds what is to be done: answers come first, then what the browser says. It is
    /// not listened to while enough of its commands run.
    fn next(
        &mut self,
        socket: &mut Socket,
        running: &mut Vec<Reply>,
        ticks: &mut Interval,
        cx: &mut Context<'_>,
    ) -> Poll<Next> {
        for index in 0..running.len() {
            if let Poll::Ready(reply) = running[index].as_mut().poll(cx) {
                drop(running.remove(index));
                return Poll::Ready(Next::Say(reply.into()));
            }
        }
        if running.len() < COMMANDS
            && let Poll::Ready(heard) = Pin::new(socket).poll_next(cx)
        {
            return Poll::Ready(match heard {
                None
                | Some(
                    Ok(Message::Close(_))
                    | Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::Io(_)),
                ) => Next::Left,
                Some(heard) => Next::Heard(heard),
            });
        }
        for index in 0..self.feeds.len() {
            match self.feeds[index].as_mut().poll_next(cx) {
                Poll::Ready(Some(text)) => {
                    // Each feed comes first once.
                    let feed = self.feeds.remove(index);
                    self.feeds.push(feed);
                    return Poll::Ready(Next::Say(text));
                }
                Poll::Ready(None) => {
                    drop(self.feeds.remove(index));
                    // The rest is looked at anew.
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Poll::Pending => {}
            }
        }
        ticks.poll_tick(cx).map(|_| Next::Tick)
    }
}
