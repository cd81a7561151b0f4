//! Who is let in: the checks that every request goes through before anything is told.

use std::net::SocketAddr;

use hyper::Uri;
use hyper::header::{self, HeaderMap, HeaderName};

use super::address::Names;
use super::query;
use super::refusal::Refusal;
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
    /// Why it is not let in.
    pub fn check(&self, uri: &Uri, headers: &HeaderMap, asked: SocketAddr) -> Result<(), Refusal> {
        let host = one(headers, &header::HOST).map_err(|Many| Refusal::Misdirected)?;
        let host = host.ok_or(Refusal::Misdirected)?;
        // The name may stand in the first line as well.
        let named = uri.authority().map(|authority| authority.as_str());
        let is_own = |host: &str| self.names.has_host(host, asked);
        if !is_own(host) || !named.is_none_or(is_own) {
            return Err(Refusal::Misdirected);
        }
        let origin = one(headers, &header::ORIGIN).map_err(|Many| Refusal::Foreign)?;
        match origin.is_none_or(|origin| self.names.has_origin(origin, asked)) {
            true => Ok(()),
            false => Err(Refusal::Foreign),
        }
    }

    /// Returns who asks; `None` of who shows no token, or none that is known.
    pub fn admit(&self, uri: &Uri) -> Option<User> {
        let token = uri.query().and_then(query::token)?;
        self.users.admit(&token)
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
