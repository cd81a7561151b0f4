//! Run it with `cargo run -p flow-examples --example crawler`
//!
//! A cycle: the links of a page flow back to where pages come from, and every
//! page is fetched once. It ends when nothing new is found.

use std::{collections::BTreeMap, time::Duration};

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

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let web = Web(BTreeMap::from([
        ("/", ["/about", "/blog"].as_slice()),
        ("/about", &["/", "/team"]),
        ("/blog", &["/blog/1", "/blog/2", "/"]),
        ("/blog/1", &["/blog/2", "/gone"]),
        ("/blog/2", &["/blog"]),
        ("/team", &[]),
    ]));

    let (pages, broken) = flow! {
        urls   = unique();                          // a segment: fed below, twice
        from(["/"]) -> urls;

        links  = urls -> inspect(|url| println!("fetch {url}")) -> then(|url| web.get(url))? else broken;
        links -> flat_map(|links| links.iter().copied()) -> urls;

        broken = inspect(|error| println!("{error}")) -> count();
        pages  = links -> count();
        (pages, broken)
    }
    .run()
    .await;

    println!("{pages} pages, {broken} broken links");
}
