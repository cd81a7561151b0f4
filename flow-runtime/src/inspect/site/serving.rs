//! Connections: a bounded number of tasks, one for each.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::limits::{ANSWER_TIME, CONNECTIONS, HEAD_SIZE, HEAD_TIME, HEADERS};
use super::request::{Asked, Open, lock};
use super::talk::Talk;

/// The whole answer to a connection too many.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 21\r\n\r\ntoo many connections\n";

/// Serves for ever. Dropped, it ends all connections.
pub async fn serve(listener: TcpListener, open: Arc<Open>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        let accepted = listener.accept().await;
        while connections.try_join_next().is_some() {}
        match accepted.and_then(|(stream, _)| Ok((stream.local_addr()?, stream))) {
            Ok((_, stream)) if connections.len() >= CONNECTIONS => {
                // As far as there is room for it at once.
                let _ = stream.try_write(FULL);
            }
            Ok((address, stream)) => {
                connections.spawn(connection(stream, address, Arc::clone(&open)));
            }
            // Of this one connection, or there are no more handles: that passes.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// One connection: a request and its answer, or a talk.
async fn connection(stream: TcpStream, address: SocketAddr, open: Arc<Open>) {
    let _ = stream.set_nodelay(true);
    let socket: Mutex<Option<Asked>> = Mutex::new(None);
    let answer = service_fn(|request| {
        let (open, socket) = (&open, &socket);
        async move { Ok::<_, Infallible>(open.answer(request, address, socket).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_SIZE)
        .max_headers(HEADERS)
        .keep_alive(false);
    let asked = http
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    if !matches!(timeout(ANSWER_TIME, asked).await, Ok(Ok(()))) {
        return;
    }
    let Some(Asked {
        upgrade,
        user,
        place,
    }) = lock(&socket).take()
    else {
        return;
    };
    let Ok(upgraded) = upgrade.await else {
        return;
    };
    let talk = Talk {
        answers: open.answers.as_deref(),
        feeds: open.feeds.iter().map(|opens| opens(&user)).collect(),
        user,
    };
    talk.over(upgraded).await;
    drop(place);
}
