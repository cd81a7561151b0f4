//! A flow of three hundred operators on the page: the operators of a stage are drawn as one.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use flow_runtime::flow;
use flow_runtime::inspect::{Exposed, Inspector, Knob};

use super::browser::Browser;
use super::page::{ANA, BOB, may_not_set, stays_alone, stays_as_it_ended, types, with_users};

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", set = "operator")]
    pause: Knob<Duration>,
    stop: Knob<bool>,
}

/// A flow with twelve operators for each stage. What one cannot use goes to `rejects`.
macro_rules! long {
    ($knobs:expr; $($before:ident $name:ident)*; $last:ident) => {
        flow! {
            #![observe = "long"]
            first = from(0_u64..) -> take_while(|_| !$knobs.stop.get());
            $(
                $name = $before
                    -> map(|n| n + 1) -> filter(|n| *n > 0) -> inspect(|n| assert!(*n > 0)) -> map(|n| n + 1)
                    -> map(|n| if n % 50 == 0 { Err(n) } else { Ok(n) })? else rejects
                    -> enumerate() -> map(|(_, n)| n) -> filter(|n| *n > 0) -> dedup() -> map(|n| n + 1)
                    -> skip(0) -> map(|n| n + 1);
            )*
            slowest = $last -> then(async |n| { tokio::time::sleep($knobs.pause.get()).await; n }, concurrency = 4);
            rejects = count();
            kept = slowest -> count();
            (kept, rejects)
        }
    };
}

fn run(view: &Inspector, knobs: &Knobs) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let flow = long! {
        knobs;
        first read read parsed parsed checked checked dated dated placed placed named named sorted
        sorted priced priced taxed taxed billed billed packed packed weighed weighed labelled
        labelled shipped shipped tracked tracked delivered delivered signed signed returned
        returned refunded refunded audited audited reported reported closed closed filed
        filed archived archived indexed;
        indexed
    };
    assert_eq!(flow.watch().graph().nodes().len(), 306);
    runtime.block_on(view.watch(flow));
}

/// Updates the page twenty times, with other numbers each, and gives the milliseconds of each.
const UPDATES: &str = "(() => {
    const now = flows.get('long').now, begin = performance.now();
    for (let time = 0; time < 20; time++) {
        now.items = now.items.map(items => items + 1);
        render();
        document.body.offsetHeight;
    }
    return (performance.now() - begin) / 20;
})()";

#[test]
fn three_hundred_operators_are_seen_as_their_stages() {
    let knobs = Arc::new(Knobs {
        pause: Knob::new(Duration::from_millis(100)),
        stop: Knob::new(false),
    });
    let view = with_users("127.0.0.1:0").expose("job", &knobs);
    let url = view.url();
    let ran = thread::spawn({
        let knobs = Arc::clone(&knobs);
        move || {
            run(&view, &knobs);
            view
        }
    });
    let Some(mut page) = Browser::open(&format!("{url}?token={BOB}")) else {
        knobs.stop.set(true).unwrap();
        drop(ran.join().unwrap());
        return;
    };

    // 24 stages, the first, the slowest, and two ends.
    page.until("document.querySelectorAll('#picture [data-node]').length == 29");
    page.until("document.querySelector('#note').textContent.includes('306 operators')");
    page.until("document.querySelector('#slow button').textContent == 'slowest'");
    page.until("document.querySelectorAll('.label.moves').length > 24");
    page.until("document.querySelector('#errors').innerText.includes('parsed: map_18')");
    page.until("document.querySelector('#regions').innerText.includes(' more')");
    let update = page.run(UPDATES).as_f64().unwrap();
    println!("an update of the page takes {update:.1} ms");
    assert!(update < 250.0, "{update} ms");
    page.pictures("long");

    // It is larger than its place: what is slow is brought into sight, and so is all of it.
    let is_seen = |node: &str| {
        format!(
            "(() => {{ const [box, at] = [document.querySelector('#picture'), document.querySelector('{node}')]\
             .map(each => each.getBoundingClientRect()); return at.top >= box.top - 1 && at.bottom <= box.bottom + 1 }})()"
        )
    };
    let slow = is_seen("[data-node].slow");
    assert_eq!(page.run(&slow), false);
    page.run("document.querySelector('#slow button').click()");
    page.until(&slow);
    page.pictures("long-slow");
    page.run("document.querySelector('#whole').click()");
    page.until(&is_seen("[data-node=\"0\"]"));
    page.until(&slow);
    page.pictures("long-whole");

    may_not_set(&mut page, "pause", "{ secs: 0, nanos: 0 }");
    page.go(&format!("{url}?token={ANA}"));
    types(&mut page, "pause", "0.01");
    let jobs = "document.querySelector('#jobs').innerText";
    page.until(&format!("{jobs}.includes('half within 1')"));
    assert_eq!(knobs.pause.get(), Duration::from_millis(10));

    let done = format!("({jobs}).match(/([\\d,]+) done/)?.[1].replace(/,/g, '')");
    knobs.stop.set(true).unwrap();
    stays_as_it_ended(&mut page, &done);
    drop(ran.join().unwrap());
    stays_alone(&mut page, &done);
}
