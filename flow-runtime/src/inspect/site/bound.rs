//! A site that has its port.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use super::address::Port;
use super::door::Door;
use super::request::Open;
use super::serving;

/// A site with its port, to be [run](Bound::run).
///
/// ```
/// use flow_runtime::inspect::Site;
///
/// # let folder = std::env::temp_dir();
/// let bound = Site::new(folder).bind("127.0.0.1:0")?;
/// assert!(bound.address().ip().is_loopback());
/// # Ok::<(), flow_runtime::Error>(())
/// ```
#[must_use = "a site does nothing until it is run"]
pub struct Bound {
    pub(super) port: Port,
    pub(super) open: Arc<Open>,
    pub(super) is_quiet: bool,
}

impl Bound {
    /// Returns the address and port.
    ///
    /// ```
    /// # use flow_runtime::inspect::Site;
    /// # let folder = std::env::temp_dir();
    /// assert_ne!(Site::new(folder).bind("127.0.0.1:0")?.address().port(), 0);
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// Returns the address of the page, with the token where there is but one. Bound to all
    /// addresses of this machine, it is `127.0.0.1` or `[::1]`.
    ///
    /// ```
    /// # use flow_runtime::inspect::Site;
    /// # let folder = std::env::temp_dir();
    /// assert!(Site::new(folder).bind("127.0.0.1:0")?.url().contains("/?token="));
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> String {
        let door = self.open.door.read();
        let door = door.unwrap_or_else(PoisonError::into_inner);
        door.url(self.port.address)
    }

    /// Who is let in, which can be changed while it runs.
    pub(in crate::inspect) fn door(&self) -> Arc<RwLock<Door>> {
        Arc::clone(&self.open.door)
    }

    /// Returns a function that counts the WebSockets.
    pub(in crate::inspect) fn talkers(&self) -> impl Fn() -> usize + 'static {
        let open = Arc::clone(&self.open);
        move || open.talkers()
    }

    /// Serves for ever, and prints the address first.
    ///
    /// ```
    /// use flow_runtime::inspect::Site;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// # let folder = std::env::temp_dir();
    /// let site = Site::new(folder).quiet().bind("127.0.0.1:0")?;
    /// let for_a_while = Duration::from_millis(10);
    /// assert!(tokio::time::timeout(for_a_while, site.run()).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with its I/O and time enabled.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the server is gone, and with it all connections and running commands.
    pub async fn run(self) -> Infallible {
        if !self.is_quiet {
            eprintln!("{}", self.url());
        }
        self.run_quietly().await
    }

    /// Serves for ever.
    pub(in crate::inspect) async fn run_quietly(self) -> Infallible {
        let listener = self.port.listener;
        let listener = tokio::net::TcpListener::from_std(listener);
        let listener = listener.expect("the runtime has its I/O enabled, and the port is open");
        serving::serve(listener, self.open).await
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = &self.port.address;
        f.debug_struct("Bound")
            .field("address", address)
            .finish_non_exhaustive()
    }
}
