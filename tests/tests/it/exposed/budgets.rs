//! Budgets whose total is a knob.

use std::time::Duration;

use flow_runtime::{Budget, ErrorKind, flow, inspect::Knob};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

async fn ask(x: u32) -> Result<u32, std::io::Error> {
    sleep(SECOND).await;
    Ok(x)
}

#[tokio::test(start_paused = true)]
async fn a_budget_is_raised_while_it_is_spent() {
    let total = Knob::new(3.0);
    let spend = Budget::new(&total);
    let flow = flow! { from(0..6) -> then(ask, budget = &spend, cost = |_| 1.0)? -> count() };
    let turn = async {
        sleep(SECOND + SECOND / 2).await;
        total.set(10.0).unwrap();
    };
    let (count, ()) = tokio::join!(flow.run(), turn);
    assert_eq!(count.unwrap(), 6);
    assert_eq!((spend.spent(), spend.left()), (6.0, 4.0));
}

#[tokio::test(start_paused = true)]
async fn a_budget_is_cut_below_what_is_spent() {
    let total = Knob::new(100.0);
    let spend = Budget::new(&total);
    let flow = flow! { from(0..60) -> then(ask, budget = &spend, cost = |_| 1.0)? -> count() };
    let turn = async {
        sleep(5 * SECOND + SECOND / 2).await;
        total.set(2.0).unwrap();
    };
    let (count, ()) = tokio::join!(flow.run(), turn);
    let error = count.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Budget);
    assert!(error.to_string().contains("6 of 2 spent"), "{error}");
}

#[test]
fn what_is_no_budget_is_refused() {
    let total = Knob::new(1.0);
    let spend = Budget::new(&total);
    for wrong in [-1.0, f64::NAN] {
        let refused = total.set(wrong).unwrap_err();
        assert_eq!(refused.to_string(), format!("a budget cannot be {wrong}"));
    }
    assert_eq!(spend.left(), 1.0);
}
