use flow_runtime::flow;

fn main() {
    let _ = flow! {
        numbers = from(0..9_u32) -> map(|x| x + 1);
        texts = from(["a"]) -> map(|text| text.shout());
        numbers -> mpa(|x| x + 1) -> drain();
        texts -> drain();
    }
    .run();
}
