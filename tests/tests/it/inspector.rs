//! The inspector and sites, asked by a client that knows no manners.

mod answers;
mod browser;
mod client;
mod commands;
mod crawler;
mod crowd;
mod digits;
mod doors;
mod floods;
mod long;
mod page;
mod sites;
mod texts;
mod users;
mod views;

use flow_runtime::inspect::Inspector;

/// An inspector that prints nothing, its address, and its token.
fn inspector() -> (Inspector, String, String) {
    let view = Inspector::bind("127.0.0.1:0").unwrap().quiet();
    let url = view.url();
    let (host, token) = url
        .strip_prefix("http://")
        .and_then(|url| url.split_once("/?token="))
        .unwrap();
    let (host, token) = (host.to_owned(), token.to_owned());
    (view, host, token)
}
