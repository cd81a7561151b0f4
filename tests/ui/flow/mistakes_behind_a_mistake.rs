use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..10) -> maps(|x| x) -> partition(0) -> drain();
        b = aa -> map(|x| x) -> skip() -> then(async |x| x, concurency = 2) -> collect::<Vec<_>>();
        b
    }
    .run();
}
