//! Flows that are driven: what is offered behind them.

use flow_runtime::{Error, Plan, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
pub struct Answer {
    id: u32,
}

#[derived(key = id, version = 1)]
fn answer(id: u32) -> Answer {
    Answer { id }
}

pub fn a_closed_flow() {
    let f = flow! { from([1, 2]) -> /*hover: pub fn sum*//*goto: fn sum*/sum::<i32>() };
    f./*complete: run, graph, !state, !left, !body*/run();
}

pub fn an_open_flow() {
    let mut f = flow! { <u32> -> map(|n| /*hover: n: u32*/n + 1) -> collect::<Vec<_>>() };
    f.emit(1);
    f./*complete: emit, finish, graph, !state, !left, !run_until*/finish();
}

pub fn several_inlets() {
    let mut f = flow! {
        left = <u32>;
        right = <u32>;
        zip(/*goto: left =*/left, /*hover: right: Items<u32>*/right) -> count()
    };
    f.emit_left(1);
    f./*complete: emit_left, emit_right, finish, !state*/finish();
}

pub fn an_iterator() -> Option<u32> {
    let mut f = flow! { from([1_u32, 2]) -> map(|n| n + 1) };
    f./*complete: next, graph, !state, !left, !witness*/next()
}

pub async fn an_async_flow() -> usize {
    let f = flow! { from([1, 2]) -> then(async |n| n + 1, /*hover: concurrency*//*goto: concurrency*/concurrency = 4) -> count() };
    f./*complete: run, run_until, spawn, graph, !plan, !state, !work*/run().await
}

pub async fn a_flow_with_a_plan(store: &Store<Answer>) -> Result<Plan, Error> {
    let f = flow! { from(0..3) -> map(DerivedAnswer::new) -> ensure(store)? -> count() };
    f./*complete: run, run_until, plan, spawn, graph, !state, !work*//*hover: fn plan*/plan().await
}
