//! The pages of the inspector: the page itself, pictures, and snapshots.

use hyper::Response;

use super::board::Board;
use crate::graph::live::STYLE;
use crate::inspect::site::{Content, query_value, random_text, text};

/// The page. It is one file, as it is read: script and style are in it, and it loads
/// nothing.
const PAGE: &str = include_str!("page.html");

const JSON: &str = "application/json";
/// The policy of data: it loads nothing.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Answers what is asked for; `None` where there is no such page.
pub fn page(board: &Board, path: &str, query: Option<&str>) -> Option<Response<Content>> {
    match path {
        "/" => html(),
        "/snapshot" => {
            let json = serde_json::to_string(&board.snapshots()).ok()?;
            Some(text(JSON, NOTHING, json))
        }
        "/picture" => {
            let picture = board.picture(&query_value(query?, "flow")?)?;
            Some(text(JSON, NOTHING, picture.text.clone()))
        }
        _ => None,
    }
}

/// The page, with a number in it that is used once: only the script and the style that
/// have it are obeyed. The drawing's style is in the page, so none comes with a picture.
fn html() -> Option<Response<Content>> {
    let nonce = random_text::<16>().ok()?;
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    let page = PAGE
        .replace("{{nonce}}", &nonce)
        .replace("/*graph*/", STYLE);
    Some(text("text/html; charset=utf-8", &policy, page))
}
