use flow_runtime::flow;

async fn later() {
    flow! { from(0..9) -> thne(async |x| x) -> drain(); }.run().await;
    let _ = flow! { from(0..9) -> thne(async |x| x) -> drain(); }.await;
}

fn main() {
    let sum: u32 = flow! { from(0..9) -> mpa(|x| x + 1) -> sum() }.run();
    let (a, b) = flow! { a = from(0..9) -> sum(); (a, c) }.run();
    let flow = flow! { from(0..9) -> mpa(|x| x + 1) -> sum() };
    println!("{sum} {a} {b} {}", flow.run().unwrap());
}
