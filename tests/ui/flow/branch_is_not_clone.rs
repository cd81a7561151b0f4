use flow_runtime::flow;

struct Item;

fn main() {
    let _ = flow! {
        items = from([Item]);
        items -> drain();
        items -> for_each(|_| ());
    }
    .run();
}
