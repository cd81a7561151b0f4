//! The thread of the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::board::Board;
use super::updates::EVERY;
use crate::inspect::site::Bound;
use crate::{Error, ErrorKind};

/// The time in which the program says who may come in, before the address is printed.
const GRACE: Duration = Duration::from_millis(200);

/// The thread. Dropped, it ends.
pub struct Thread {
    pub address: SocketAddr,
    signs: Arc<Signs>,
    thread: Option<JoinHandle<()>>,
}

/// A message to the thread.
#[derive(Default)]
struct Signs {
    /// The address is to be printed now.
    announced: Notify,
    quiet: AtomicBool,
    stopped: Notify,
}

impl Thread {
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`] where the system gives no thread, or no I/O to it.
    pub fn start(site: Bound, board: Arc<Board>) -> Result<Self, Error> {
        let failed = |error| {
            let message = "the inspector has no thread to run on";
            Error::with_source(ErrorKind::Serve, message, error)
        };
        let runtime = runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build();
        let runtime = runtime.map_err(failed)?;
        let signs = Arc::new(Signs::default());
        let (address, heard) = (site.address(), Arc::clone(&signs));
        let served = move || runtime.block_on(serve(site, board, &heard));
        let thread = thread::Builder::new().name("flow-inspector".to_owned());
        let thread = thread.spawn(served).map_err(failed)?;
        Ok(Self {
            address,
            signs,
            thread: Some(thread),
        })
    }

    /// Prints the address now, if it was not printed.
    pub fn announce(&self) {
        self.signs.announced.notify_one();
    }

    pub fn quiet(&self) {
        self.signs.quiet.store(true, Ordering::Relaxed);
    }
}

/// Serves until it is told to stop, and then for as long as it takes to tell the last numbers.
async fn serve(site: Bound, board: Arc<Board>, signs: &Signs) {
    let talkers = site.talkers();
    let door = site.door();
    let address = site.address();
    let served = tokio::spawn(site.run_quietly());
    let announced = async {
        let _ = timeout(GRACE, signs.announced.notified()).await;
        if !signs.quiet.load(Ordering::Relaxed) {
            let door = door
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            match door.names.named() {
                Ok(()) => eprintln!("{}", door.url(address)),
                Err(why) => eprintln!("nobody gets in: {why}"),
            }
        }
    };
    let stopped = signs.stopped.notified();
    futures_util::future::join(announced, stopped).await;
    board.stale();
    if talkers() > 0 {
        sleep(EVERY + Duration::from_millis(50)).await;
    }
    served.abort();
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.signs.quiet.store(true, Ordering::Relaxed);
        self.signs.stopped.notify_one();
        self.signs.announced.notify_one();
        // A function that tries an artifact again may have had the last handle.
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            let _ = thread.join();
        }
    }
}
