//! The reasons that a request is not answered.

use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::respond::{Content, asks, words};

/// The reason that a request does not get what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It was meant for a server of another name.
    Misdirected,
    /// It comes from another server's page.
    Foreign,
    /// There is no token in it, or none that is known.
    NoToken,
    /// The same, of who may have typed the address.
    AsksForToken,
    /// All who ask have asked too often.
    TooOften,
    /// Too many browsers are connected.
    Full,
    /// Something is to be changed, by a method.
    NotGet,
    NoPage,
    NoSocket,
    /// It does not ask to go on as a WebSocket.
    NoUpgrade,
    /// It asks for a version of WebSockets that is not spoken here.
    Version,
    NoKey,
}

impl Refusal {
    pub fn response(self) -> Response<Content> {
        let (status, text, more) = match self {
            Self::AsksForToken => return asks(),
            Self::Misdirected => (421, "this server has another name\n", None),
            Self::Foreign => (403, "the page that asks is another server's\n", None),
            Self::NoToken => (401, "a token is needed: ?token=…\n", None),
            Self::TooOften => (429, "too many requests\n", None),
            Self::Full => (503, "too many browsers are connected\n", None),
            Self::NotGet => (
                405,
                "there is only GET here\n",
                Some((header::ALLOW, "GET, HEAD")),
            ),
            Self::NoPage => (404, "there is no such page\n", None),
            Self::NoSocket => (404, "there is no socket here\n", None),
            Self::NoUpgrade => (
                426,
                "this is a WebSocket\n",
                Some((header::UPGRADE, "websocket")),
            ),
            Self::Version => (
                426,
                "the version of WebSockets is 13\n",
                Some((header::SEC_WEBSOCKET_VERSION, "13")),
            ),
            Self::NoKey => (400, "there is no key of a WebSocket\n", None),
        };
        let more: Option<(HeaderName, &'static str)> = more;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = words(status, text);
        if let Some((name, value)) = more {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
