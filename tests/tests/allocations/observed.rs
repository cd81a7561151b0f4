//! Flows that are observed: counting and timing allocate nothing for an item.

use flow_runtime::flow;

use super::{assert_steady, drive};

/// Waits once.
async fn waiting(x: u64) -> u64 {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
    x
}

#[test]
fn a_linear_chain() {
    assert_steady(|n| {
        flow! { #![observe] from(0..n) -> map(|x| x * 3 + 1) -> filter(|x| x % 2 == 0) -> count() }
            .run()
    });
}

#[test]
fn an_open_flow() {
    assert_steady(|n| {
        let mut flow =
            flow! { #![observe] <u64> -> map(|x| x + 1) -> sliding_window(4) -> count() };
        (0..n).for_each(|x| flow.emit(x));
        flow.finish()
    });
}

#[test]
fn functions_cuts_and_rings() {
    assert_steady(|n| {
        drive(
            flow! {
                #![observe]
                x = from(0..n) -> then(waiting, concurrency = 4) -> buffer(4);
                zip(x -> then(waiting), x) -> drain();
            }
            .run(),
        );
    });
}

#[test]
fn errors_with_a_route() {
    // Those that are written at all take the memory of those before.
    assert_steady(|n| {
        flow! {
            #![observe]
            from(0..n) -> map(|x| if x % 2 == 0 { Ok(x) } else { Err("odd") })? else drop -> count()
        }
        .run()
    });
}
