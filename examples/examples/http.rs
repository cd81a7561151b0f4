//! Run it with `cargo run -p flow-examples --example http`
//!
//! A real HTTP service, on the loopback: it takes a few requests at once, refuses all
//! others by 429 and `Retry-After`, breaks now and then, and knows nothing of some keys.
//! The job finds out by itself how much it may ask at once, waits as it is told, and loses
//! nothing. Run it again: what is stored, or known not to be there, is not asked for.

use std::convert::Infallible;
use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use flow_examples::{Places, chance};
use flow_runtime::artifact::Outcome;
use flow_runtime::{BoxError, Limit, Store, derived, extant, flow};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::RETRY_AFTER;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[extant(key = code)]
#[derive(Serialize, Deserialize)]
struct Place {
    code: u32,
    name: String,
}

/// `None`: the service says that there is no such place, and is not asked again.
#[derived(key = code, version = 1, timeout = "5s")]
async fn place(code: u32, api: &Api) -> Result<Option<Place>, ApiError> {
    api.place(code).await
}

/// The client of the service.
struct Api {
    client: Client<HttpConnector, Empty<Bytes>>,
    server: SocketAddr,
}

impl Api {
    async fn place(&self, code: u32) -> Result<Option<Place>, ApiError> {
        let address = format!("http://{}/places/{code}", self.server);
        let address = address.parse().map_err(ApiError::other)?;
        let response = self.client.get(address).await.map_err(ApiError::other)?;
        match response.status() {
            StatusCode::OK => {
                let body = response.into_body().collect().await;
                let body = body.map_err(ApiError::other)?.to_bytes();
                serde_json::from_slice(&body).map_err(ApiError::other)
            }
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let seconds = response.headers().get(RETRY_AFTER);
                let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
                // Where it does not say how long, the back-off decides.
                let wait = Duration::from_secs(seconds.unwrap_or(0));
                Err(ApiError::Refused(wait))
            }
            status => Err(ApiError::Status(status)),
        }
    }
}

#[derive(Debug)]
enum ApiError {
    /// For load, for so long.
    Refused(Duration),
    Status(StatusCode),
    /// The connection, or what came.
    Other(BoxError),
}

impl ApiError {
    fn other(error: impl Into<BoxError>) -> Self {
        Self::Other(error.into())
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(wait) => Some(*wait),
            Self::Status(_) | Self::Other(_) => None,
        }
    }

    fn is_transient(&self) -> bool {
        match self {
            Self::Status(status) => status.is_server_error(),
            Self::Refused(_) | Self::Other(_) => true,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(wait) => write!(f, "refused for {wait:?}"),
            Self::Status(status) => write!(f, "the service says {status}"),
            Self::Other(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ApiError {}

/// The service.
struct Server {
    places: Places,
    requests: AtomicUsize,
}

impl Server {
    /// Begins to serve. It ends with the process.
    async fn start() -> Result<(Arc<Self>, SocketAddr), BoxError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let server = Arc::new(Self {
            places: Places::new(8),
            requests: AtomicUsize::new(0),
        });
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                let answer = service_fn(move |request| {
                    let server = server.clone();
                    async move { Ok::<_, Infallible>(server.answer(&request).await) }
                });
                let http = hyper::server::conn::http1::Builder::new();
                tokio::spawn(http.serve_connection(TokioIo::new(stream), answer));
            }
        });
        Ok((server, address))
    }

    async fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let number = self.requests.fetch_add(1, Relaxed);
        let mut response = Response::new(Full::default());
        let Some(_place) = self.places.take() else {
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            response.headers_mut().insert(RETRY_AFTER, 1.into());
            return response;
        };
        let slow = Duration::from_millis(30).mul_f64(0.5 + chance((number, "slow")));
        tokio::time::sleep(slow).await;
        let code = request.uri().path().strip_prefix("/places/");
        match code.and_then(|code| code.parse::<u32>().ok()) {
            _ if chance((number, "broken")) < 0.02 => {
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            }
            Some(code) if code % 10 != 9 => {
                let name = format!("Number {code}");
                let body = serde_json::json!(Place { code, name }).to_string();
                *response.body_mut() = body.into();
            }
            _ => *response.status_mut() = StatusCode::NOT_FOUND,
        }
        response
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let (server, address) = Server::start().await?;
    let api = Api {
        client: Client::builder(TokioExecutor::new()).build_http(),
        server: address,
    };
    fs::create_dir_all("target/http")?;
    let store = Store::<Place>::jsonl("target/http/places.jsonl")?;
    // What the service takes is found by trying, below a pace that it is known to allow.
    let account = Limit::adaptive(2..=32).per(400, Duration::from_secs(1));
    let start = Instant::now();

    let (outcomes, failed) = flow! {
        failed   = inspect(|error| eprintln!("{error:#}")) -> count();
        outcomes = from(10_000..10_300)
            -> map(|code| DerivedPlace::new(code, &api))
            -> ensure(
                &store,
                limit = &account,
                refused = |error| error.find::<ApiError>()?.retry_after(),
                retry = 3,
                retry_if = |error| error.find::<ApiError>().is_some_and(ApiError::is_transient),
                ordered = false,
            )? else failed
            -> map(|ensured| ensured.outcome())
            -> collect::<Vec<_>>();

        (outcomes, failed)
    }
    .run()
    .await?;

    let count = |outcome| outcomes.iter().filter(|each| **each == outcome).count();
    println!(
        "{} places derived, {} extant, {} known to be none, {failed} failed: \
         {} requests, {} of them refused, in {:.1?}",
        count(Outcome::Derived),
        count(Outcome::Extant),
        count(Outcome::Absent),
        server.requests.load(Relaxed),
        server.places.refused(),
        start.elapsed()
    );
    Ok(())
}
