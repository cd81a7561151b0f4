//! Answers to requests, with the headers that all of them have.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::io::{AsyncRead, ReadBuf};

/// The bytes that are read of a file at once.
const CHUNK: usize = 32 * 1024;

/// The content of an answer.
pub enum Content {
    /// The contents at hand.
    Whole(Option<Bytes>),
    /// A file, of which so many bytes are still to come.
    File {
        file: tokio::fs::File,
        left: u64,
        chunk: Box<[u8]>,
    },
}

impl Content {
    pub fn file(file: tokio::fs::File, length: u64) -> Self {
        let size = usize::try_from(length).map_or(CHUNK, |length| length.min(CHUNK));
        Self::File {
            file,
            left: length,
            chunk: vec![0; size].into_boxed_slice(),
        }
    }

    /// Reads the next bytes of a file. One that has become shorter is an error, which
    /// cuts the connection: what was promised does not come.
    fn read(
        file: &mut tokio::fs::File,
        left: &mut u64,
        chunk: &mut [u8],
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        if *left == 0 {
            return Poll::Ready(None);
        }
        let size = usize::try_from(*left).map_or(chunk.len(), |left| left.min(chunk.len()));
        let mut read = ReadBuf::new(&mut chunk[..size]);
        if let Err(error) = ready!(Pin::new(file).poll_read(cx, &mut read)) {
            return Poll::Ready(Some(Err(error)));
        }
        let read = read.filled();
        if read.is_empty() {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        *left -= read.len() as u64;
        Poll::Ready(Some(Ok(Bytes::copy_from_slice(read))))
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::File { file, left, chunk } => {
                let read = ready!(Self::read(file, left, chunk, cx));
                Poll::Ready(read.map(|bytes| bytes.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::File { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Whole(bytes) => bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            Self::File { left, .. } => *left,
        })
    }
}

/// The headers of every answer: nothing is kept, framed, guessed or told to others.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// The policy of what is no page: it loads nothing.
pub const NO_CONTENT: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// An answer of this kind of content, under a policy of what its page may load.
pub fn answer(
    status: StatusCode,
    kind: &'static str,
    policy: &str,
    content: Content,
) -> Response<Content> {
    let mut response = Response::new(content);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // A policy was looked at where it was given: it is one line.
    let policy = HeaderValue::from_str(policy);
    let policy = policy.unwrap_or(HeaderValue::from_static(NO_CONTENT));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// An answer of a few words.
pub fn words(status: StatusCode, text: &'static str) -> Response<Content> {
    let content = Content::Whole(Some(Bytes::from_static(text.as_bytes())));
    answer(status, "text/plain; charset=utf-8", NO_CONTENT, content)
}

/// A text that is at hand.
pub fn text(kind: &'static str, policy: &str, text: String) -> Response<Content> {
    let content = Content::Whole(Some(text.into()));
    answer(StatusCode::OK, kind, policy, content)
}

/// The page of who shows no token that is known: it asks for one.
const ASKS: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
    <meta name=\"color-scheme\" content=\"light dark\"><title>flow</title>\
    <form><label>Your token <input name=\"token\" type=\"password\" required autofocus></label> \
    <button>Look</button></form></html>";

/// Asks for a token, and leads to the same path with it.
pub fn asks() -> Response<Content> {
    let content = Content::Whole(Some(Bytes::from_static(ASKS.as_bytes())));
    let policy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    answer(
        StatusCode::UNAUTHORIZED,
        "text/html; charset=utf-8",
        policy,
        content,
    )
}
