use flow_runtime::{Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id)]
fn answer(id: u32) -> Answer {
    Answer { id }
}

async fn plans(store: &Store<Answer>) {
    let awaits = flow! {
        from(0..3) -> then(async |id| id + 1) -> map(DerivedAnswer::new) -> ensure(store)? -> drain();
    };
    let _ = awaits.plan().await;
    let waits = flow! {
        from(0..3) -> buffer(2) -> map(DerivedAnswer::new) -> ensure(store)? -> drain();
    };
    let _ = waits.plan().await;
    let ensures_nothing = flow! {
        from(0..3) -> map(|id| Answer { id }) -> store(store)? -> drain();
    };
    let _ = ensures_nothing.plan().await;
    let words = flow! {
        from(0..3) -> map(DerivedAnswer::new) -> ensure(store, rerun_failed = never)? -> drain();
    };
    let _ = words.run().await;
}

fn main() {}
