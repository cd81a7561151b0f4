//! Who is let in: the checks that every request goes through before anything is told.

use std::net::SocketAddr;

use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Response, StatusCode, Uri};

use super::address::Names;
use super::query;
use super::respond::{Content, words};
use super::users::Users;
use crate::inspect::User;

/// By which names a server may be asked, and who may ask.
#[derive(Clone, Debug)]
pub struct Door {
    pub names: Names,
    pub users: Users,
}

impl Door {
    /// Looks at whom a request was meant for, and at the page that it comes from.
    ///
    /// # Errors
    ///
    /// The answer to a request that is not let in.
    pub fn check(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        asked: SocketAddr,
    ) -> Result<(), Response<Content>> {
        let misdirected = || {
            words(
                StatusCode::MISDIRECTED_REQUEST,
                "this server has another name\n",
            )
        };
        let host = one(headers, &header::HOST).map_err(|Many| misdirected())?;
        let host = host.ok_or_else(misdirected)?;
        // The name may stand in the first line as well.
        let named = uri.authority().map(|authority| authority.as_str());
        let is_own = |host: &str| self.names.has_host(host, asked);
        if !is_own(host) || !named.is_none_or(is_own) {
            return Err(misdirected());
        }
        let foreign = || {
            words(
                StatusCode::FORBIDDEN,
                "the page that asks is another server's\n",
            )
        };
        let origin = one(headers, &header::ORIGIN).map_err(|Many| foreign())?;
        match origin.is_none_or(|origin| self.names.has_origin(origin, asked)) {
            true => Ok(()),
            false => Err(foreign()),
        }
    }

    /// Returns who asks.
    ///
    /// # Errors
    ///
    /// The answer to who shows no token, or none that is known.
    pub fn admit(&self, uri: &Uri) -> Result<User, Response<Content>> {
        let token = uri.query().and_then(query::token);
        let user = token.and_then(|token| self.users.admit(&token));
        user.ok_or_else(|| words(StatusCode::UNAUTHORIZED, "a token is needed: ?token=…\n"))
    }

    /// Returns the address of the page, as it is printed: with the token, where there is
    /// but one.
    pub fn url(&self, address: SocketAddr) -> String {
        let url = self.names.url(address);
        match &self.users {
            Users::One(token) => format!("{url}?token={}", token.text()),
            Users::Listed(_) => url,
        }
    }
}

/// There is more than one header where one is allowed.
struct Many;

/// Returns the one header of a name.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Many> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Many),
        (Some(_), Some(_)) => Err(Many),
    }
}
