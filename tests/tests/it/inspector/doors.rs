//! Who is let in.

use flow_runtime::ErrorKind;
use flow_runtime::inspect::{Behind, Inspector};

use super::client::{Socket, get, get_with, say};
use super::inspector;

#[test]
fn nothing_is_told_without_the_token() {
    let (_view, host, token) = inspector();
    let other = "x".repeat(token.len());
    let (short, twice) = (&token[..20], format!("{token}&token={token}"));
    for path in [
        "/",
        "/snapshot",
        "/picture?flow=a",
        "/socket",
        "/nothing",
        "/%2e%2e/x",
    ] {
        assert_eq!(get(&host, path).status, 401, "{path}");
        let sign = if path.contains('?') { '&' } else { '?' };
        for wrong in ["", &other, short, &twice, &token.to_uppercase()] {
            let answer = get(&host, &format!("{path}{sign}token={wrong}"));
            assert_eq!(answer.status, 401, "{path} {wrong}");
            assert!(!answer.text().contains(&token));
        }
    }
    // Where a token is not looked for.
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Authorization", &*bearer),
        ("Cookie", &*token),
        ("Token", &*token),
    ];
    assert_eq!(get_with(&host, "/snapshot", &headers).status, 401);
    assert_eq!(Socket::ask(&host, "/socket", &[]).1, 401);
    assert_eq!(
        Socket::ask(&host, &format!("/socket?token={other}"), &[]).1,
        401
    );
}

#[test]
fn with_the_token_all_is_told() {
    let (_view, host, token) = inspector();
    let snapshot = get(&host, &format!("/snapshot?token={token}"));
    assert_eq!((snapshot.status, snapshot.text()), (200, r#"{"flows":{}}"#));
    let page = get(&host, &format!("/?token={token}"));
    assert_eq!(page.status, 200);
    assert!(page.text().starts_with("<!doctype html>"));
    assert_eq!(get(&host, &format!("/nothing?token={token}")).status, 404);
    assert_eq!(
        get(&host, &format!("/picture?flow=none&token={token}")).status,
        404
    );
    assert_eq!(
        Socket::ask(&host, &format!("/socket?token={token}"), &[]).1,
        101
    );
}

#[test]
fn another_host_is_misdirected() {
    let (_view, host, token) = inspector();
    let port = host.rsplit_once(':').unwrap().1;
    let asked = |line: &str, head: &str| {
        let request = format!("GET {line} HTTP/1.1\r\n{head}\r\n");
        say(&host, request.as_bytes()).unwrap().status
    };
    let path = format!("/snapshot?token={token}");
    for own in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
        assert_eq!(
            asked(&path, &format!("Host: {own}:{port}\r\n")),
            200,
            "{own}"
        );
    }
    for foreign in [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: evil.example:{port}\r\n"),
        format!("Host: localhost.evil.example:{port}\r\n"),
        format!("Host: 127.0.0.1.evil.example:{port}\r\n"),
        format!("Host: 10.0.0.1:{port}\r\n"),
        "Host: 127.0.0.1:1\r\n".to_owned(),
        "Host: localhost\r\n".to_owned(),
        "Host:\r\n".to_owned(),
        String::new(),
        format!("Host: localhost:{port}\r\nHost: evil.example\r\n"),
    ] {
        assert_eq!(asked(&path, &foreign), 421, "{foreign}");
    }
    // The name in the first line counts as well.
    let own = format!("Host: localhost:{port}\r\n");
    assert_eq!(asked(&format!("http://evil.example{path}"), &own), 421);
    assert_eq!(asked(&format!("http://localhost:{port}{path}"), &own), 200);
    // Who asks for the wrong server is not told whether the token is right.
    assert_eq!(asked("/snapshot", "Host: evil.example\r\n"), 421);
}

#[test]
fn a_page_of_another_server_is_told_nothing() {
    let (_view, host, token) = inspector();
    let port = host.rsplit_once(':').unwrap().1;
    let own = format!("http://localhost:{port}");
    let (snapshot, socket) = (
        format!("/snapshot?token={token}"),
        format!("/socket?token={token}"),
    );
    assert_eq!(get_with(&host, &snapshot, &[("Origin", &own)]).status, 200);
    assert_eq!(Socket::ask(&host, &socket, &[("Origin", &own)]).1, 101);
    for foreign in [
        "http://evil.example",
        "null",
        &format!("http://evil.example:{port}"),
        &format!("https://localhost:{port}"),
        "http://localhost:1",
        "http://localhost",
        &format!("http://localhost:{port}.evil.example"),
        "",
    ] {
        let headers = [("Origin", foreign)];
        assert_eq!(
            get_with(&host, &snapshot, &headers).status,
            403,
            "{foreign}"
        );
        assert_eq!(Socket::ask(&host, &socket, &headers).1, 403, "{foreign}");
    }
    let twice = [("Origin", own.as_str()), ("Origin", "http://evil.example")];
    assert_eq!(get_with(&host, &snapshot, &twice).status, 403);
}

#[test]
fn only_get_is_answered_and_no_answer_may_be_read_elsewhere() {
    let (_view, host, token) = inspector();
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"] {
        let request = format!(
            "{method} /snapshot?token={token} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        let answer = say(&host, request.as_bytes()).unwrap();
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET, HEAD")),
            "{method}"
        );
    }
    for path in ["/", "/snapshot", "/nothing", "/socket"] {
        for token in [&*token, "wrong"] {
            let answer = get(&host, &format!("{path}?token={token}"));
            assert!(!answer.head.contains("access-control"), "{answer:?}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{policy}");
            assert!(
                !policy.contains("unsafe") && !policy.contains('*'),
                "{policy}"
            );
        }
    }
}

#[test]
fn the_page_loads_nothing_and_runs_its_own_script_only() {
    let (_view, host, token) = inspector();
    let nonce_of = || {
        let page = get(&host, &format!("/?token={token}"));
        let policy = page.header("content-security-policy").unwrap();
        let nonce = policy.split_once("script-src 'nonce-").unwrap().1;
        let nonce = nonce.split_once('\'').unwrap().0.to_owned();
        let text = page.text();
        assert_eq!(text.matches("<script").count(), 1);
        assert!(text.contains(&format!("<script nonce=\"{nonce}\">")));
        assert!(text.contains(&format!("<style nonce=\"{nonce}\">")));
        for outside in [
            "src=\"",
            "@import",
            "url(",
            "//cdn",
            "{{nonce}}",
            "/*graph*/",
            "innerHTML",
            "eval(",
        ] {
            assert!(!text.contains(outside), "{outside}");
        }
        nonce
    };
    assert_ne!(nonce_of(), nonce_of());
}

#[test]
fn others_on_the_network_are_let_in_by_a_word_only() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let error = Inspector::bind(address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Serve);
        assert!(error.to_string().contains("`bind_public`"), "{error}");
    }
    let view = Inspector::bind_public("0.0.0.0:0", Behind::Nothing)
        .unwrap()
        .quiet();
    let url = view.url();
    let (host, token) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once("/?token=")
        .unwrap();
    // What is printed leads to the page.
    assert!(host.starts_with("127.0.0.1:"), "{url}");
    assert_eq!(get(host, &format!("/?token={token}")).status, 200);
    assert_eq!(get(host, &format!("/snapshot?token={token}")).status, 200);
    assert_eq!(get(host, "/snapshot").status, 401);

    // Behind a proxy that speaks TLS it has the name that was given to it, and no other.
    let view = Inspector::bind_public("127.0.0.1:0", Behind::Tls)
        .unwrap()
        .quiet();
    let port = {
        let url = view.url();
        url.split_once("/?")
            .unwrap()
            .0
            .rsplit_once(':')
            .unwrap()
            .1
            .to_owned()
    };
    // A flow that is shown to nobody is no flow that is shown.
    let flow = flow_runtime::flow! { #![observe = "sum"] <u32> -> sum::<u32>() };
    let follow = || view.follow(&flow.watch());
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(follow)).unwrap_err();
    let refused = refused.downcast::<String>().unwrap();
    assert!(refused.contains("`host`"), "{refused}");
    let view = view.host("flows.example.org").unwrap();
    view.follow(&flow.watch());
    let token = view.url().split_once("token=").unwrap().1.to_owned();
    let asked = |name: &str, origin: &str| {
        let request = format!(
            "GET /snapshot?token={token} HTTP/1.1\r\nHost: {name}\r\nOrigin: {origin}\r\n\r\n"
        );
        say(&format!("127.0.0.1:{port}"), request.as_bytes())
            .unwrap()
            .status
    };
    assert_eq!(asked("flows.example.org", "https://flows.example.org"), 200);
    assert_eq!(asked("flows.example.org", "http://flows.example.org"), 403);
    assert_eq!(
        asked(&format!("127.0.0.1:{port}"), "https://flows.example.org"),
        421
    );
}
