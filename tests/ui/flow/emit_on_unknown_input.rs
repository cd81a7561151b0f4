use flow_runtime::flow;

fn main() {
    let _ = flow! {
        prices = from(0..9);
        volumes = from(0..9) -> map(|x| x * 2);
        rates = from(0..9);
        combine_latest(prices, volumes, emit_on = (volume, prices)) -> drain();
        combine_latest(prices, rates -> map(|x| x + 1), emit_on = q) -> drain();
        combine_latest(prices -> map(|x| x + 1), rates -> map(|x| x + 1), emit_on = map) -> drain();
        combine_latest(prices, rates, emit_on = 0) -> drain();
    }
    .run();
}
