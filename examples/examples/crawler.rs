//! Run it with `cargo run -p flow-examples --example crawler`
//!
//! A cycle: the links of a page flow back to where pages come from, and every
//! page is fetched once. Every host is asked at a pace of its own, and one that is
//! slow holds up no other. It ends when nothing new is found.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use flow_runtime::flow;

/// Stands in for the web.
struct Web(BTreeMap<&'static str, &'static [&'static str]>);

impl Web {
    async fn get(&self, url: &'static str) -> Result<&'static [&'static str], String> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let links = self.0.get(url).copied();
        links.ok_or_else(|| format!("{url} is not found"))
    }
}

fn host(url: &&'static str) -> &'static str {
    url.split_once('/').map_or(*url, |(host, _)| host)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let web = Web(BTreeMap::from([
        ("www/", ["www/about", "www/team", "blog/"].as_slice()),
        ("www/about", &["www/", "www/team"]),
        ("www/team", &[]),
        ("blog/", &["blog/1", "blog/2", "www/"]),
        ("blog/1", &["blog/2", "blog/gone"]),
        ("blog/2", &["blog/", "wiki/"]),
        ("wiki/", &[]),
    ]));

    let (start, pace) = (Instant::now(), Duration::from_millis(50));
    let (pages, broken) = flow! {
        urls   = unique();                          // a segment: fed below, twice
        from(["www/"]) -> urls;

        links  = urls
            -> by_key(host) { buffer(1000) -> rate_limit(pace) }    // each host by itself
            -> inspect(|url| println!("{:>3} ms  {url}", start.elapsed().as_millis()))
            -> then(|url| web.get(url), concurrency = 8, ordered = false)? else broken;
        links -> flat_map(|links| links.iter().copied()) -> urls;

        broken = inspect(|error| println!("{error}")) -> count();
        pages  = links -> count();
        (pages, broken)
    }
    .run()
    .await;

    println!("{pages} pages, {broken} broken links");
}
