use flow_runtime::{Store, derived, flow};

struct Page {
    id: u32,
}

#[derived(key = id)]
async fn page(id: u32) -> Page {
    Page { id }
}

async fn pages(ids: Vec<u32>) -> Result<Vec<Page>, String> {
    Ok(ids.into_iter().map(|id| Page { id }).collect())
}

fn main() {}

fn ensured(store: &Store<Page>) {
    let _ = flow! { from(0..3) -> map(DerivedPage::new) -> ensure(store)? -> count() };
}

fn missing(store: &Store<Page>) {
    let _ = flow! { from(0..3) -> map(DerivedPage::new) -> missing(store) -> count() };
}

fn stored(store: &Store<Page>) {
    let _ = flow! { from(0..3) -> map(|id| Page { id }) -> store(store)? -> map(|page| page.id) -> count() };
}

fn batched(store: &Store<Page>) {
    let _ = flow! { from(0..3) -> partition(2) -> ensure_batch(store, pages, key = |id| *id)? -> count() };
}
