//! The first words of a WebSocket: a request that asks to go on in another protocol.

use data_encoding::BASE64;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};

use super::refusal::Refusal;
use super::respond::{Content, NO_CONTENT, answer};

/// The suffix that the protocol puts behind the key, so that an answer is of one who knows it.
const MARK: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Answers a request to go on as a WebSocket.
///
/// # Errors
///
/// Why it is not one.
pub fn accept(headers: &HeaderMap) -> Result<Response<Content>, Refusal> {
    let has = |name, word: &str| {
        let values = headers.get_all(name).iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        texts
            .flat_map(|text| text.split(','))
            .any(|each| each.trim().eq_ignore_ascii_case(word))
    };
    if !has(header::CONNECTION, "upgrade") || !has(header::UPGRADE, "websocket") {
        return Err(Refusal::NoUpgrade);
    }
    if !has(header::SEC_WEBSOCKET_VERSION, "13") {
        return Err(Refusal::Version);
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .and_then(|key| key.to_str().ok());
    let is_key = |key: &&str| {
        BASE64
            .decode(key.as_bytes())
            .is_ok_and(|key| key.len() == 16)
    };
    let key = key.filter(is_key).ok_or(Refusal::NoKey)?;
    let mut response = answer(
        StatusCode::SWITCHING_PROTOCOLS,
        "",
        NO_CONTENT,
        Content::Whole(None),
    );
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accepted) = HeaderValue::from_str(&accepted(key)) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accepted);
    }
    Ok(response)
}

/// Returns the word that says that the key was understood.
fn accepted(key: &str) -> String {
    let mut hash = sha1_smol::Sha1::new();
    hash.update(key.as_bytes());
    hash.update(MARK.as_bytes());
    BASE64.encode(&hash.digest().bytes())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_is_answered_as_the_protocol_says() {
        // The example of RFC 6455.
        let accepted = super::accepted("dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(accepted, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
