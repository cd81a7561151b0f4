use flow_runtime::flow;

struct Item;

fn main() {
    let _ = flow! {
        items = from([Item]);
        items -> for_each(drop);
        items -> for_each(|_| ());
    }
    .run();
}
