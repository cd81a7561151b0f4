use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from(0..3);
        union(a, a -> ) -> drain();
        a -> match { _ => map(|x| x + 1) -> } -> drain();
        a -> by_key(|x| *x) { map(|x| x + 1) -> } -> drain();
        -> map(|x| x) -> drain();
        a -> map(|x| x + 1) ->
    }
    .run();
}
