//! The talk with one browser over a WebSocket.
//!
//! One task does it all: it answers commands, tells what the feeds give, and asks for
//! signs of life. While a browser does not take a message nothing else is made for it, so
//! one that is slow loses events and costs no memory.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
use futures_util::SinkExt;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

use super::commands::{self, Answers, Reply};
use super::feed::Feed;
use super::limits::{Bucket, COMMANDS, MESSAGE_SIZE, MESSAGES, PING_EVERY, REPLY_SIZE, TAKE_TIME};
use crate::inspect::User;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// The time that a browser is given to take the last word, and then to leave.
const CLOSE_TIME: Duration = Duration::from_secs(1);
/// The bytes that are still taken of a browser that was told the last word. Of a connection
/// that is dropped with bytes in it that nobody took, the word would be lost.
const CLOSE_SIZE: usize = 1024 * MESSAGE_SIZE;

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
    Over(End),
    Tick,
}

/// The end of a talk.
enum End {
    /// There is nobody any more to be told anything.
    Gone,
    /// The browser says that it leaves.
    Leaves,
    /// The browser is sent away.
    SentAway(CloseCode, &'static str),
}

impl Talk<'_> {
    /// Talks until the browser leaves, is silent for too long, takes nothing, or does
    /// what it must not.
    pub async fn over(mut self, upgraded: Upgraded) {
        let mut config = WebSocketConfig::default();
        config.read_buffer_size = 4 * 1024;
        config.write_buffer_size = 0;
        // The rest of a reply: its id, and what else is in line.
        config.max_write_buffer_size = REPLY_SIZE + 4 * MESSAGE_SIZE;
        config.max_message_size = Some(MESSAGE_SIZE);
        config.max_frame_size = Some(MESSAGE_SIZE);
        let io = TokioIo::new(upgraded);
        let mut socket = Socket::from_raw_socket(io, Role::Server, Some(config)).await;
        let told = match self.talk(&mut socket).await {
            End::Gone => return,
            // The answer to the browser's own last word is in line.
            End::Leaves => timeout(CLOSE_TIME, socket.flush()).await,
            End::SentAway(code, why) => {
                let reason = Utf8Bytes::from_static(why);
                let frame = CloseFrame { code, reason };
                timeout(CLOSE_TIME, socket.close(Some(frame))).await
            }
        };
        if let Ok(Ok(())) = told {
            let _ = timeout(CLOSE_TIME, left(socket.get_mut())).await;
        }
    }

    /// Talks until it is over.
    async fn talk(&mut self, socket: &mut Socket) -> End {
        let mut running: Vec<Reply> = Vec::new();
        let mut allowed = Bucket::new(MESSAGES);
        let mut ticks = interval(PING_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let next = poll_fn(|cx| self.next(socket, &mut running, &mut ticks, cx)).await;
            let message = match next {
                Next::Say(text) => Message::Text(text),
                Next::Over(end) => return end,
                Next::Tick if heard.elapsed() > PING_EVERY * 3 => return End::Gone,
                Next::Tick => Message::Ping(Vec::new().into()),
                Next::Heard(message) => {
                    heard = Instant::now();
                    match message {
                        Err(tungstenite::Error::Capacity(_)) => {
                            return End::SentAway(CloseCode::Size, "the message is too long");
                        }
                        Err(_) => {
                            return End::SentAway(CloseCode::Protocol, "this is no WebSocket");
                        }
                        Ok(_) if !allowed.take(heard) => {
                            return End::SentAway(CloseCode::Policy, "too many messages");
                        }
                        Ok(Message::Text(text)) => {
                            running.push(self.answer(&text));
                            continue;
                        }
                        Ok(Message::Binary(_)) => {
                            let why = "a message is text: {\"id\": …, \"command\": …}";
                            Message::Text(commands::error(RawValue::NULL, why).into())
                        }
                        Ok(_) => continue,
                    }
                }
            };
            match timeout(TAKE_TIME, socket.send(message)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return End::Gone,
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
                Some(Ok(Message::Close(_))) => Next::Over(End::Leaves),
                None
                | Some(Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::Io(_))) => {
                    Next::Over(End::Gone)
                }
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

/// Says that nothing more comes, and waits until the browser leaves, or says too much.
async fn left(io: &mut TokioIo<Upgraded>) -> io::Result<()> {
    let mut io = Pin::new(io);
    poll_fn(|cx| io.as_mut().poll_shutdown(cx)).await?;
    let mut chunk = [0; 1024];
    let mut taken = 0;
    while taken < CLOSE_SIZE {
        let mut read = ReadBuf::new(&mut chunk);
        poll_fn(|cx| io.as_mut().poll_read(cx, &mut read)).await?;
        match read.filled().len() {
            0 => break,
            count => taken += count,
        }
    }
    Ok(())
}
