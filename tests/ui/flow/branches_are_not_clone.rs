use flow_runtime::flow;

struct Item;

fn main() {
    flow! {
        items = from([Item]);
        items -> for_each(|_| ());
        items -> for_each(|_| ());
    }
    .run();
}
