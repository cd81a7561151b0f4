use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(["a"])
            -> by_key(|text| text.len()) { map(|text| text.nonsense()) -> filter(|_| true) -> mapp(|x| x) }
            -> drain();
        from(["a"]) -> scatter(2) -> map(|text| text.nonsense()) -> progress("x") -> gather() -> drain();
    }
    .run();
}
