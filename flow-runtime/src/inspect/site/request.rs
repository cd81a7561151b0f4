//! From a request to its answer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use hyper::body::Incoming;
use hyper::header;
use hyper::upgrade::{self, OnUpgrade};
use hyper::{Method, Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::commands::Answers;
use super::door::Door;
use super::feed::Opens;
use super::files::Folder;
use super::limits::{Bucket, REQUESTS, SOCKETS};
use super::refusal::Refusal;
use super::respond::Content;
use super::upgrade::accept;
use crate::inspect::User;

/// The path of the WebSocket.
pub const SOCKET: &str = "/socket";

/// The pages of a server that are made when they are asked for.
pub type Pages = dyn Fn(&str, Option<&str>, &User) -> Option<Response<Content>> + Send + Sync;

/// The text that is shown.
pub enum Shown {
    /// The files of a folder, to everybody who gets to the port: they hold no secret.
    Folder { folder: Folder, policy: String },
    /// Pages, to those who have a token.
    Made(Box<Pages>),
}

/// A site that is ready to be asked.
pub struct Open {
    pub shown: Shown,
    pub door: Arc<RwLock<Door>>,
    pub answers: Option<Box<Answers>>,
    pub feeds: Vec<Box<Opens>>,
    requests: Mutex<Bucket>,
    sockets: Arc<Semaphore>,
}

/// A browser that has asked for a WebSocket.
pub struct Asked {
    pub upgrade: OnUpgrade,
    pub user: User,
    /// Its place among the sockets, which is free when it is dropped.
    pub place: OwnedSemaphorePermit,
}

impl Open {
    pub fn new(
        shown: Shown,
        door: Arc<RwLock<Door>>,
        answers: Option<Box<Answers>>,
        feeds: Vec<Box<Opens>>,
    ) -> Self {
        Self {
            shown,
            door,
            answers,
            feeds,
            requests: Mutex::new(Bucket::new(REQUESTS)),
            sockets: Arc::new(Semaphore::new(SOCKETS)),
        }
    }

    /// Returns the number of WebSockets.
    pub fn talkers(&self) -> usize {
        SOCKETS - self.sockets.available_permits()
    }

    /// Answers a request. One that is to go on as a WebSocket is left in `socket`.
    pub async fn answer(
        &self,
        mut request: Request<Incoming>,
        address: SocketAddr,
        socket: &Mutex<Option<Asked>>,
    ) -> Response<Content> {
        let is_head = request.method() == Method::HEAD;
        let mut response = match self.answered(&mut request, address, socket).await {
            Ok(response) => response,
            Err(refusal) => refusal.response(),
        };
        if is_head {
            // hyper keeps the length that the content would have had.
            let length = hyper::body::Body::size_hint(response.body()).exact();
            if let Some(length) = length {
                response
                    .headers_mut()
                    .insert(header::CONTENT_LENGTH, length.into());
            }
            *response.body_mut() = Content::Whole(None);
        }
        response
    }

    async fn answered(
        &self,
        request: &mut Request<Incoming>,
        address: SocketAddr,
        socket: &Mutex<Option<Asked>>,
    ) -> Result<Response<Content>, Refusal> {
        let is_allowed = lock(&self.requests).take(Instant::now());
        if !is_allowed {
            return Err(Refusal::TooOften);
        }
        let (path, query) = (request.uri().path(), request.uri().query());
        let is_socket = path == SOCKET;
        let user = {
            let door = self.door.read().unwrap_or_else(PoisonError::into_inner);
            door.check(request.uri(), request.headers(), address)?;
            door.admit(request.uri())
        };
        let needs_token = is_socket || matches!(self.shown, Shown::Made(_));
        if needs_token && user.is_none() {
            let is_typed = path == "/";
            return Err(if is_typed {
                Refusal::AsksForToken
            } else {
                Refusal::NoToken
            });
        }
        let is_known = matches!(*request.method(), Method::GET | Method::HEAD);
        if !is_known || (is_socket && request.method() != Method::GET) {
            return Err(Refusal::NotGet);
        }
        match (&self.shown, user) {
            (_, Some(user)) if is_socket => self.socket(request, user, socket),
            (Shown::Made(pages), Some(user)) => pages(path, query, &user).ok_or(Refusal::NoPage),
            (Shown::Made(_), None) => Err(Refusal::NoToken),
            (Shown::Folder { folder, policy }, _) => Ok(folder.get(path, query, policy).await),
        }
    }

    fn socket(
        &self,
        request: &mut Request<Incoming>,
        user: User,
        socket: &Mutex<Option<Asked>>,
    ) -> Result<Response<Content>, Refusal> {
        if self.answers.is_none() && self.feeds.is_empty() {
            return Err(Refusal::NoSocket);
        }
        let accepted = accept(request.headers())?;
        let place = Arc::clone(&self.sockets).try_acquire_owned();
        let place = place.map_err(|_| Refusal::Full)?;
        let upgrade = upgrade::on(request);
        *lock(socket) = Some(Asked {
            upgrade,
            user,
            place,
        });
        Ok(accepted)
    }
}

/// Locks what no panic leaves half done.
pub fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
