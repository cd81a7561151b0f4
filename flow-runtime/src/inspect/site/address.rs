//! The address on which a server listens, and the names by which it is known.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};

use crate::{Error, ErrorKind};

/// Says what stands between a server and those on other machines who ask it.
///
/// ```
/// use flow_runtime::inspect::{Behind, Inspector};
///
/// // Behind a proxy on the same network that speaks TLS and is known by a name.
/// let view = Inspector::bind_public("0.0.0.0:0", Behind::Tls)?.host("flows.example.org")?;
/// # let view = view.quiet();
/// assert!(view.url().starts_with("https://flows.example.org/?token="));
/// # Ok::<(), flow_runtime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Behind {
    /// A proxy that speaks TLS with the browsers. It passes the `Host` on that it was
    /// asked for, which has to be told by `host`.
    Tls,
    /// Nothing: tokens and all else can be read by whoever is on the way.
    Nothing,
}

/// A port that is bound.
#[derive(Debug)]
pub struct Port {
    pub listener: TcpListener,
    pub address: SocketAddr,
}

impl Port {
    /// Binds an address: one of this machine alone, unless it is said what is in front.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`].
    pub fn bind(addr: impl ToSocketAddrs, behind: Option<Behind>) -> Result<Self, Error> {
        let failed =
            |message: String| move |error| Error::with_source(ErrorKind::Serve, message, error);
        let addresses = addr.to_socket_addrs();
        let addresses = addresses.map_err(failed("this is no address to listen at".to_owned()))?;
        let mut last = None;
        for address in addresses {
            if behind.is_none() && !address.ip().is_loopback() {
                let message = format!(
                    "other machines can reach `{address}`; `bind_public` takes it, with a word on what protects the way there"
                );
                return Err(Error::new(ErrorKind::Serve, message));
            }
            let bound = TcpListener::bind(address).and_then(|listener| {
                listener.set_nonblocking(true)?;
                let address = listener.local_addr()?;
                Ok(Self { listener, address })
            });
            match bound {
                Ok(port) => return Ok(port),
                Err(error) => last = Some((address, error)),
            }
        }
        Err(match last {
            Some((address, error)) => failed(format!("`{address}` cannot be listened at"))(error),
            None => Error::new(ErrorKind::Serve, "the name to listen at has no address"),
        })
    }
}

/// The names under which a server may be asked: so a page of another name that leads to
/// this machine's address is told nothing.
#[derive(Clone, Debug)]
pub struct Names {
    /// Those that the user added, in lower case.
    pub added: Vec<String>,
    /// `None` where only this machine reaches the port.
    pub behind: Option<Behind>,
}

impl Names {
    /// Adds a name.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`] where it is none of a host.
    pub fn add(&mut self, name: &str) -> Result<(), Error> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if name.is_empty() || !name.chars().all(is_plain) {
            let message = format!("`{name}` is no name of a host, as `flows.example.org` is");
            return Err(Error::new(ErrorKind::Serve, message));
        }
        self.added.push(name.to_ascii_lowercase());
        Ok(())
    }

    /// Looks for a name to ask for the server by.
    ///
    /// # Errors
    ///
    /// The words for a user where a proxy is in front, and no name was added.
    pub fn named(&self) -> Result<(), &'static str> {
        match self.behind == Some(Behind::Tls) && self.added.is_empty() {
            true => Err("behind a proxy the server has its name: `host` tells which"),
            false => Ok(()),
        }
    }

    /// Returns whether a `Host` names the server, asked at this address of it.
    pub fn has_host(&self, host: &str, asked: SocketAddr) -> bool {
        let host = host.to_ascii_lowercase();
        if self.added.contains(&host) {
            return true;
        }
        // Without a port it is that of the scheme.
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (&*host, Some(80)),
        };
        if self.added.iter().any(|added| added == name) {
            return true;
        }
        if port != Some(asked.port()) || self.behind == Some(Behind::Tls) {
            return false;
        }
        // A number is never looked up, so nobody can make it lead elsewhere.
        let ip = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        let is_local = asked.ip().to_canonical().is_loopback();
        match ip {
            Ok(ip) => ip == asked.ip().to_canonical() || (is_local && ip.is_loopback()),
            Err(_) => is_local && name == "localhost",
        }
    }

    /// Returns whether an `Origin` is a page of this server.
    pub fn has_origin(&self, origin: &str, asked: SocketAddr) -> bool {
        let scheme = match self.behind {
            Some(Behind::Tls) => "https://",
            _ => "http://",
        };
        let host = origin.strip_prefix(scheme);
        host.is_some_and(|host| self.has_host(host, asked))
    }

    /// Returns the address of the page, as it is printed. Of a port at all addresses of this
    /// machine it is the one of which only this machine knows.
    pub fn url(&self, address: SocketAddr) -> String {
        let scheme = match self.behind {
            Some(Behind::Tls) => "https",
            _ => "http",
        };
        match self.added.first() {
            Some(name) if self.behind == Some(Behind::Tls) || name.contains(':') => {
                format!("{scheme}://{name}/")
            }
            Some(name) => format!("{scheme}://{name}:{}/", address.port()),
            None => format!("{scheme}://{}/", from_here(address)),
        }
    }
}

/// Returns an address at which this machine itself gets to a port: at all its addresses no
/// browser does.
fn from_here(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(added: &[&str], behind: Option<Behind>) -> Names {
        let added = added.iter().map(ToString::to_string).collect();
        Names { added, behind }
    }

    #[test]
    fn only_the_names_of_the_list_are_this_server() {
        let at: SocketAddr = "127.0.0.1:8000".parse().unwrap();
        let own = names(&[], None);
        for host in [
            "127.0.0.1:8000",
            "localhost:8000",
            "LocalHost:8000",
            "[::1]:8000",
        ] {
            assert!(own.has_host(host, at), "{host}");
        }
        for host in [
            "evil.example:8000",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost",
            "localhost.evil.example:8000",
            "10.0.0.1:8000",
            "",
            ":",
            "[",
            "127.0.0.1:8000:8000",
        ] {
            assert!(!own.has_host(host, at), "{host}");
        }
        assert!(own.has_origin("http://localhost:8000", at));
        for origin in [
            "https://localhost:8000",
            "null",
            "http://evil.example:8000",
            "http://localhost:8001",
            "",
            "http://localhost:8000/",
        ] {
            assert!(!own.has_origin(origin, at), "{origin}");
        }
    }

    #[test]
    fn behind_a_proxy_only_what_was_added_is() {
        let at: SocketAddr = "10.0.0.7:8000".parse().unwrap();
        let tls = names(&["flows.example.org"], Some(Behind::Tls));
        assert!(tls.has_host("flows.example.org", at) && tls.has_host("flows.example.org:443", at));
        assert!(!tls.has_host("10.0.0.7:8000", at) && !tls.has_host("localhost:8000", at));
        assert!(tls.has_origin("https://flows.example.org", at));
        assert!(!tls.has_origin("http://flows.example.org", at));
        let bare = names(&[], Some(Behind::Nothing));
        assert!(bare.has_host("10.0.0.7:8000", at) && !bare.has_host("10.0.0.8:8000", at));
        assert!(!bare.has_host("localhost:8000", at) && !bare.has_host("rebound.example:8000", at));
    }

    #[test]
    fn what_is_printed_is_let_in() {
        for (bound, asked, url) in [
            ("0.0.0.0:80", "127.0.0.1:80", "http://127.0.0.1:80/"),
            ("[::]:8000", "[::1]:8000", "http://[::1]:8000/"),
            ("10.0.0.7:8000", "10.0.0.7:8000", "http://10.0.0.7:8000/"),
            ("127.0.0.1:8000", "127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ] {
            let names = names(&[], Some(Behind::Nothing));
            assert_eq!(names.url(bound.parse().unwrap()), url);
            let host = url["http://".len()..].trim_end_matches('/');
            assert!(names.has_host(host, asked.parse().unwrap()), "{url}");
        }
    }

    #[test]
    fn an_address_that_others_reach_is_refused() {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8000"] {
            let error = Port::bind(address, None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Serve);
            assert!(error.to_string().contains("bind_public"), "{error}");
        }
        assert!(Port::bind("127.0.0.1:0", None).is_ok());
        let error = Port::bind("nowhere", None).unwrap_err();
        assert!(error.to_string().contains("no address"), "{error}");
    }
}
