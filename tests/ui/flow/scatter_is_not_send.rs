use std::{cell::Cell, rc::Rc};

use flow_runtime::flow;

async fn captures() {
    let seen = Rc::new(Cell::new(0));
    flow! { from(0..9) -> scatter(2) -> map(move |x| { seen.set(x); x }) -> gather() -> drain(); }.await;
}

async fn items() {
    flow! { from(0..9) -> map(Rc::new) -> scatter(2) -> map(|x| *x) -> gather() -> drain(); }.await;
}

fn main() {
    let _ = (captures(), items());
}
