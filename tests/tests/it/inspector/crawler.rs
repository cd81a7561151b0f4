//! The crawler on the page: a flow that goes round, in which every host has its pace.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use flow_runtime::flow;
use flow_runtime::inspect::{Exposed, Gauge, Inspector, Knob};

use super::browser::Browser;
use super::page::{ANA, BOB, may_not_set, stays_alone, stays_as_it_ended, types, with_users};

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", set = "operator", range = 1..=64)]
    at_once: Knob<usize>,
    #[expose(get = "viewer", set = "operator")]
    pace: Knob<Duration>,
    #[expose(get = "viewer")]
    found: Gauge,
    /// Pages have no links any more.
    stop: Knob<bool>,
}

/// Crawls a web without end, in which every page links to those behind it, until it is told
/// to stop.
fn crawl(view: &Inspector, knobs: &Knobs) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let get = async |url: u32| {
        tokio::time::sleep(Duration::from_millis(20)).await;
        match url % 7 {
            6 => Err(format!("www{}/{url} is not found", url % 3)),
            _ if knobs.stop.get() => Ok(url..url),
            _ => Ok(url + 1..url + 30),
        }
    };
    let job = flow! {
        #![observe = "crawler"]
        urls   = unique();
        from([1]) -> urls;

        links  = urls
            -> by_key(|url| url % 3) { buffer(1000) -> rate_limit(&knobs.pace) }
            -> then(get, concurrency = &knobs.at_once, ordered = false)? else broken;
        links -> flat_map(|links| links) -> inspect(|_| knobs.found.add(1.0)) -> urls;

        broken = count();
        pages  = links -> count();
        (pages, broken)
    };
    runtime.block_on(view.watch(job));
}

/// The number in a column of the table, of the edge that leads to a stage.
fn edge(to: &str, column: usize) -> String {
    format!(
        "parseFloat([...document.querySelectorAll('#edges tr')].find(row => row.children[1].textContent == '→ {to}')\
         .children[{column}].textContent.replace(/,/g, ''))"
    )
}

#[test]
fn the_crawler_is_seen_and_hastened() {
    let knobs = Arc::new(Knobs {
        at_once: Knob::new(8),
        pace: Knob::new(Duration::from_millis(300)),
        found: Gauge::new(),
        stop: Knob::new(false),
    });
    let view = with_users("127.0.0.1:0").expose("job", &knobs);
    let url = view.url();
    let ran = thread::spawn({
        let knobs = Arc::clone(&knobs);
        move || {
            crawl(&view, &knobs);
            view
        }
    });
    let Some(mut page) = Browser::open(&format!("{url}?token={BOB}")) else {
        knobs.stop.set(true).unwrap();
        drop(ran.join().unwrap());
        return;
    };

    // A viewer sees what is slow, and how slow.
    let (pages, rate) = (edge("pages", 3), edge("pages", 4));
    page.until(&format!("{pages} > 5"));
    page.until("document.querySelector('#slow button').textContent == 'by_key_2'");
    page.until("document.querySelector('[data-node].slow').textContent.includes('by_key')");
    page.until("document.querySelector('[data-edge].back') != null");
    page.until(&format!("{rate} > 1 && {rate} < 15"));
    page.until("document.querySelector('#errors').innerText.includes('/6 is not found')");
    page.pictures("crawler");
    may_not_set(&mut page, "pace", "{ secs: 0, nanos: 0 }");
    assert_eq!(knobs.pace.get(), Duration::from_millis(300));

    // An operator hastens it.
    page.go(&format!("{url}?token={ANA}"));
    types(&mut page, "pace", "0.02");
    page.until(&format!("{rate} > 40"));
    assert_eq!(knobs.pace.get(), Duration::from_millis(20));
    let found = "document.querySelector('#exposed').innerText";
    page.until(&format!("/found\\s+[\\d,]{{5,}}/.test({found})"));

    knobs.stop.set(true).unwrap();
    stays_as_it_ended(&mut page, &pages);
    drop(ran.join().unwrap());
    stays_alone(&mut page, &pages);

    // It is found again where it is started again, and what is shown is what there is now.
    let last = page.run(&pages).as_f64().unwrap();
    let address = url.strip_prefix("http://").unwrap().trim_end_matches('/');
    let view = with_users(address);
    let again = flow! { #![observe = "crawler"] <u32> -> map(|page| page + 1) -> count() };
    view.follow(&again.watch());
    page.until("document.querySelector('#link').className == 'live'");
    page.until("document.querySelectorAll('[data-node]').length == 3");
    page.until("document.querySelector('#state').textContent.includes('has run')");
    page.until("document.querySelector('#exposed').hidden");
    let items = edge("count_2", 3);
    assert!(page.until(&format!("{items} == 0 || {items}")) != last);
    assert_eq!(again.finish(), 0);
}
