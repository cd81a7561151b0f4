//! Applications behind a page: static files, and a WebSocket of typed commands.
//!
//! ```text
//! serving ──▶ request ──▶ door       whom it is meant for, which page asks, the token
//!    │           ├──────▶ files      what lies in the folder
//!    │           └──────▶ upgrade    the first words of a WebSocket
//!    └──────▶ talk ──────▶ commands   what a browser asks for
//!                └──────▶ feed       what it is told without asking
//! ```
//!
//! HTTP is spoken by `hyper`, WebSockets by `tokio-tungstenite`: with the users' file 34
//! crates, of which these two bring 26. `axum` with WebSockets is made of the same two and
//! is 46: the rest is for routes by pattern, extractors and middleware, which one page has
//! no use for. Without middleware there is one place that every request goes by, that for
//! a WebSocket as well: [`door`].

mod address;
mod bound;
mod commands;
mod door;
mod feed;
mod files;
mod limits;
mod query;
mod refusal;
mod request;
mod respond;
mod serving;
mod talk;
mod token;
mod upgrade;
mod users;

use std::fmt;
use std::net::ToSocketAddrs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use hyper::header::HeaderValue;
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

pub use self::{address::Behind, bound::Bound};
use self::{
    address::{Names, Port},
    commands::Answers,
    feed::Events,
    files::Folder,
    request::{Open, Shown},
    token::Token,
};
pub(super) use self::{
    door::Door,
    feed::{Feed, Opens},
    query::value as query_value,
    request::Pages,
    respond::{Content, text},
    token::random_text,
    users::Users,
};
use super::User;
use crate::{Error, ErrorKind, Hub};

/// The policy of the pages of a folder: everything comes from the same server.
const POLICY: &str = "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// An application behind a page: the files of a folder, and a WebSocket at `/socket`.
///
/// A browser sends `{"id": 7, "command": …}` over the WebSocket and gets
/// `{"id": 7, "reply": …}`; where the command cannot be read, or the function panics,
/// `{"id": 7, "error": "…"}`. The id is any JSON. What is no JSON at all has the id `null`
/// in its answer. Up to eight commands of one browser are answered at once.
///
/// The server belongs to the task that awaits [`serve`](Site::serve): dropped, it ends. It
/// spawns a task for each connection.
///
/// # Who gets in
///
/// Only this machine reaches [`serve`](Site::serve); [`bind_public`](Site::bind_public) is
/// for all others. The files are for everybody who reaches the port, so no secret belongs
/// in the folder. The WebSocket needs a token in its query, `/socket?token=…`: the one that
/// is printed when the server starts, or that of one of the [`users`](Site::users). A page
/// passes on its own with
/// `` new WebSocket(`ws://${location.host}/socket${location.search}`) ``.
///
/// What has another `Host` than the server's names is refused with 421, and what comes from
/// a page of another `Origin` with 403. Pages may load what the server itself has and
/// nothing else, no inline scripts among it; see [`policy`](Site::policy). Commands are up
/// to 16 KiB, 20 a second; replies and events up to 1 MiB: in place of a longer one there is
/// an `error`. There are up to 128 connections, 96 of them WebSockets.
///
/// ```no_run
/// use flow_runtime::{Error, inspect::{Site, User}};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize)]
/// enum Command { Double(u32), Who }
///
/// #[derive(Serialize)]
/// enum Reply { Number(u32), Name(String) }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let site = Site::new("static/").socket(|command: Command, user: User| async move {
///     match command {
///         Command::Double(number) => Reply::Number(number * 2),
///         Command::Who => Reply::Name(user.name().to_owned()),
///     }
/// });
/// site.serve("127.0.0.1:8000").await // prints http://127.0.0.1:8000/?token=…
/// # }
/// ```
#[must_use = "a site does nothing until it is served"]
pub struct Site {
    source: Source,
    policy: String,
    names: Names,
    /// `None` for whoever has the token that is printed.
    users: Option<Users>,
    answers: Option<Box<Answers>>,
    feeds: Vec<Box<Opens>>,
    is_quiet: bool,
}

/// The source of pages.
enum Source {
    Folder(PathBuf),
    Made(Box<Pages>),
}

impl Site {
    /// A site of the files of a folder. `/` is its `index.html`.
    ///
    /// Files whose names begin with a `.` are not shown, nor what a link leads to outside
    /// of the folder.
    ///
    /// ```
    /// use flow_runtime::inspect::Site;
    ///
    /// let site = Site::new("static/");
    /// ```
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self::of(Source::Folder(folder.as_ref().to_owned()))
    }

    /// A site of pages that are made when they are asked for, by those who have a token.
    pub(super) fn made(pages: Box<Pages>) -> Self {
        Self::of(Source::Made(pages))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            policy: POLICY.to_owned(),
            names: Names {
                added: Vec::new(),
                behind: None,
            },
            users: None,
            answers: None,
            feeds: Vec::new(),
            is_quiet: false,
        }
    }

    /// Answers the commands that browsers send. A second call replaces the first.
    ///
    /// Where the reply is a `Result`, the browser gets `{"Ok": …}` or `{"Err": …}`.
    ///
    /// ```
    /// use flow_runtime::inspect::{Site, User};
    ///
    /// let site = Site::new("static/").socket(|number: u32, user: User| async move {
    ///     match user.has_role("operator") {
    ///         true => Ok(number * 2),
    ///         false => Err("only operators may double"),
    ///     }
    /// });
    /// ```
    pub fn socket<C, F, R>(mut self, answer: F) -> Self
    where
        C: DeserializeOwned,
        F: Fn(C, User) -> R + Send + Sync + 'static,
        R: Future<Output: Serialize> + Send + 'static,
    {
        self.answers = Some(commands::typed(answer));
        self
    }

    /// Tells every browser what passes a hub, as `{"event": …}`. Several hubs can be told of.
    ///
    /// A browser that is slower than the hub loses events and is told how many, `{"missed":
    /// 3}`; the flow is not slowed. When the flows that tap into the hub have ended, later
    /// ones are told of as well.
    ///
    /// ```
    /// use flow_runtime::{flow, inspect::{Hub, Site}};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// let prices: Hub<u32> = Hub::new(16);
    /// # let folder = std::env::temp_dir();
    /// let site = Site::new(folder).hub(&prices).quiet().bind("127.0.0.1:0")?;
    /// let flow = flow! { from([101, 102]) -> tap(&prices) -> drain() };
    /// tokio::select! {
    ///     ended = site.run() => match ended {},
    ///     () = flow.run() => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn hub<T: Clone + Serialize + Send + 'static>(mut self, hub: &Hub<T>) -> Self {
        let hub = hub.clone();
        self.feeds
            .push(Box::new(move |_| Box::pin(Events::of(&hub))));
        self
    }

    /// Tells each browser what is opened for its user.
    pub(super) fn feed(mut self, opens: impl Fn(&User) -> Feed + Send + Sync + 'static) -> Self {
        self.feeds.push(Box::new(opens));
        self
    }

    /// Lets in those of a file of users, each by a token of their own. None is printed then.
    ///
    /// [How it is written](super::Inspector::users).
    ///
    /// ```
    /// use flow_runtime::inspect::Site;
    ///
    /// let error = Site::new("static/").users("no-users.toml").unwrap_err();
    /// assert!(error.to_string().contains("`no-users.toml` cannot be read"));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Inspector::users`](super::Inspector::users).
    pub fn users(mut self, path: impl AsRef<Path>) -> Result<Self, Error> {
        self.users = Some(Users::read(path.as_ref())?);
        Ok(self)
    }

    /// Adds a name that the server may be asked by: `app.example.org`, or with its port.
    ///
    /// Without any these are the address it is asked at and, on this machine, `localhost`.
    ///
    /// ```
    /// use flow_runtime::inspect::Site;
    ///
    /// let site = Site::new("static/").host("app.example.org")?;
    /// assert!(Site::new("static/").host("https://app.example.org").is_err());
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`] where it is no name of a host.
    pub fn host(mut self, name: &str) -> Result<Self, Error> {
        self.names.add(name)?;
        Ok(self)
    }

    /// Replaces the `Content-Security-Policy` of the files.
    ///
    /// ```
    /// use flow_runtime::inspect::Site;
    ///
    /// let site = Site::new("static/").policy("default-src 'self'; img-src 'self' data:");
    /// ```
    pub fn policy(mut self, policy: impl Into<String>) -> Self {
        self.policy = policy.into();
        self
    }

    /// Prints nothing when the server starts.
    ///
    /// ```
    /// use flow_runtime::inspect::Site;
    ///
    /// let site = Site::new("static/").quiet();
    /// ```
    pub fn quiet(mut self) -> Self {
        self.is_quiet = true;
        self
    }

    /// Binds an address that only this machine reaches. Port 0 is any that is free.
    ///
    /// ```
    /// use flow_runtime::inspect::Site;
    ///
    /// # let folder = std::env::temp_dir();
    /// let bound = Site::new(&folder).bind("127.0.0.1:0")?;
    /// assert!(bound.url().starts_with("http://127.0.0.1:"));
    /// let error = Site::new(&folder).bind("0.0.0.0:0").unwrap_err();
    /// assert!(error.to_string().contains("bind_public"));
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`] where the address is another machine's to reach, or is
    /// taken, where there is no such folder, or where the policy is no header.
    pub fn bind(self, addr: impl ToSocketAddrs) -> Result<Bound, Error> {
        self.bound(addr, None)
    }

    /// Binds an address that other machines reach, too.
    ///
    /// ```
    /// use flow_runtime::inspect::{Behind, Site};
    ///
    /// # let folder = std::env::temp_dir();
    /// let site = Site::new(folder).host("app.example.org")?;
    /// let bound = site.bind_public("0.0.0.0:0", Behind::Tls)?;
    /// assert!(bound.url().starts_with("https://app.example.org/"));
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`bind`](Site::bind); and where a proxy is in front and no
    /// [`host`](Site::host) says by which name it is known.
    pub fn bind_public(mut self, addr: impl ToSocketAddrs, behind: Behind) -> Result<Bound, Error> {
        self.names.behind = Some(behind);
        let named = self.names.named();
        named.map_err(|message| Error::new(ErrorKind::Serve, message))?;
        self.bound(addr, Some(behind))
    }

    /// Binds an address with or without others in reach of it, the name left for later.
    pub(super) fn bound(
        mut self,
        addr: impl ToSocketAddrs,
        behind: Option<Behind>,
    ) -> Result<Bound, Error> {
        let shown = match self.source {
            Source::Folder(path) => {
                HeaderValue::from_str(&self.policy).map_err(|error| {
                    let message = "the policy of the files is no header";
                    Error::with_source(ErrorKind::Serve, message, error)
                })?;
                let (folder, policy) = (Folder::open(&path)?, self.policy);
                Shown::Folder { folder, policy }
            }
            Source::Made(pages) => Shown::Made(pages),
        };
        let port = Port::bind(addr, behind)?;
        let users = match self.users {
            Some(users) => users,
            None => Users::One(Token::random()?),
        };
        self.names.behind = behind;
        let names = self.names;
        let door = Arc::new(RwLock::new(Door { names, users }));
        let open = Open::new(shown, door, self.answers, self.feeds);
        Ok(Bound {
            port,
            open: Arc::new(open),
            is_quiet: self.is_quiet,
        })
    }

    /// Serves at an address that only this machine reaches, for ever. The address is
    /// printed, with the token that lets in.
    ///
    /// ```no_run
    /// use flow_runtime::inspect::Site;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// Site::new("static/").serve("127.0.0.1:8000").await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`bind`](Site::bind). It returns for no other reason.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with its I/O and time enabled.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the server is gone, and with it all connections and running commands.
    pub async fn serve(self, addr: impl ToSocketAddrs) -> Result<(), Error> {
        match self.bind(addr)?.run().await {}
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").finish_non_exhaustive()
    }
}
