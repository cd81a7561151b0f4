use flow_runtime::{Aggregate, Late, Span, flow};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[derive(Clone, Debug, PartialEq)]
struct Click {
    user: u32,
    at: SystemTime,
    v: f64,
}
fn c(user: u32, s: u64, v: f64) -> Click {
    Click {
        user,
        at: UNIX_EPOCH + Duration::from_secs(s),
        v,
    }
}

#[test]
fn basics() {
    let (a, late) = flow! {
        clicks = from([c(1, 10, 1.0), c(2, 8, 2.0), c(1, 30, 3.0), c(1, 1, 9.0)])
            -> in_order(|c| c.at, late = Duration::from_secs(5))? else late;
        a = clicks -> session_window(Duration::from_secs(5), |c| c.at, by = |c| c.user)? else drop
            -> aggregate(count(), sum(|c| c.v), mean(|c| c.v), var(|c| c.v), min(|c| c.v), max(|c| c.v)) -> collect::<Vec<_>>();
        late = collect::<Vec<_>>();
        (a, late)
    }.run();
    println!("{a:?} {late:?}");
    assert_eq!(
        late,
        [Late {
            item: c(1, 1, 9.0),
            by: Duration::from_secs(24)
        }]
    );
    assert_eq!(a.len(), 3);
}

struct NotClone {
    n: usize,
}
impl Aggregate<u64> for NotClone {
    type Output = usize;
    fn enter(&mut self, _: &u64) {
        self.n += 1
    }
    fn leave(&mut self, _: &u64) {
        self.n -= 1
    }
    fn value(&self) -> usize {
        self.n
    }
}

#[test]
fn own() {
    let x = flow! { from([1_u64, 2, 11]) -> tumbling_window(10, |t| *t)? -> aggregate(NotClone { n: 0 }, count()) -> collect::<Vec<_>>() }.run().unwrap();
    assert_eq!(
        x,
        [
            (Span { start: 0, end: 10 }, (2, 2)),
            (Span { start: 10, end: 20 }, (1, 1))
        ]
    );
    let x = flow! { from([1_u64, 2, 11]) -> sliding_window(5, |t| *t) -> aggregate(NotClone { n: 0 })? -> collect::<Vec<_>>() }.run().unwrap();
    assert_eq!(x, [1, 2, 1]);
    let (x, y) = flow! { w = from([1_u64, 2, 11]) -> hopping_window(10, 5, |t| *t)?; x = w -> aggregate(count()) -> collect::<Vec<_>>(); y = w -> map(|(s, b)| (s.start, b.len())) -> collect::<Vec<_>>(); (x, y) }.run().unwrap();
    println!("{x:?} {y:?}");
    let x: Vec<_> = flow! { from([1_u64, 2, 11]) -> by_key(|t| t % 2) { tumbling_window(10, |t| *t)? -> aggregate(sum(|t| *t)) } }.map(|x| x.unwrap()).collect();
    println!("{x:?}");
    let op = flow! { <u64> -> in_order(|t| *t, late = 3) -> map(|x| x.unwrap()) -> tumbling_window(10, |t| *t, by = |t| t % 2) -> map(|x| x.unwrap()) };
    let x = flow! { from([1_u64, 2, 11, 9, 30]) -> via(op) -> map(|(k, s, b)| (k, s.start, b.to_vec())) -> collect::<Vec<_>>() }.run();
    println!("{x:?}");
}

#[tokio::test(start_paused = true)]
async fn idle() {
    let (tx, rx) = tokio::sync::mpsc::channel(10);
    let start = tokio::time::Instant::now();
    let f = flow! { receive_ = stream(futures::stream::unfold(rx, async |mut rx| rx.recv().await.map(|x| (x, rx)))) -> in_order(|t| *t, late = 3, idle = Duration::from_secs(1))? else drop -> map(move |x| (x, start.elapsed().as_millis())) -> collect::<Vec<_>>(); receive_ };
    let (r, ()) = tokio::join!(f.run(), async move {
        for x in [5u64, 4, 6] {
            tx.send(x).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        tx.send(1).await.unwrap();
        tx.send(7).await.unwrap();
    });
    println!("{r:?}");
    assert_eq!(r, [(4, 1000), (5, 1000), (6, 1000), (7, 5000)]);
}
