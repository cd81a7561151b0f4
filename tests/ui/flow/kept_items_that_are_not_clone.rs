use flow_runtime::{flow, derived, extant, Store};

struct Item {
    id: u32,
}

#[extant(key = id)]
#[derive(serde::Serialize, serde::Deserialize)]
struct Page {
    id: u32,
}

#[derived(key = item.id)]
async fn page(item: Item) -> Page {
    Page { id: item.id }
}

fn check(item: Item) -> Result<u32, u32> {
    Err(item.id)
}

fn main() {
    let items = || (0..3).map(|id| Item { id });
    let _ = flow! {
        from(items()) -> map(check, keep_item = true)? else bad -> drain();
        bad = for_each(|failed| println!("{}", failed.item.id));
    };
    let store = Store::<Page>::memory();
    let _ = flow! {
        from(items()) -> map(DerivedPage::new) -> ensure(&store, keep_item = true)? else bad -> drain();
        bad = for_each(|failed| println!("{}", failed.item.item.id));
    };
}
