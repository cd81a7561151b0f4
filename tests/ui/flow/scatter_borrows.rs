use flow_runtime::flow;

async fn borrows() {
    let limit = 3;
    flow! { from(0..9) -> scatter(2) -> filter(|x| *x > limit) -> gather() -> drain(); }.await;
}

fn main() {
    let _ = borrows();
}
