use flow_runtime::flow;

fn main() {
    let _ = flow! {
        hot = from(0..9) -> filter(|x| *x > 3);
        rejects = for_each(|e: String| drop(e));
        from(0..9) -> by_key(|x| x % 2) -> drain();
        from(0..9) -> by_key(|x| x % 2) {} -> drain();
        from(0..9) -> by_key { map(|x| x) } -> drain();
        from(0..9) -> by_key(|x| x % 2, capacity = 0) { map(|x| x) } -> drain();
        from(0..9) -> by_key(|x| x % 2) { map(|x| x); } -> drain();
        from(0..9) -> by_key(|x| x % 2) { count() } -> drain();
        from(0..9) -> by_key(|x| x % 2) { progress("x") -> buffer(0) } -> drain();
        from(0..9) -> by_key(|x| x % 2) { then(async |x| x, ordered = false) } -> drain();
        from(0..9) -> by_key(|x| x % 2) { map(|x| x) -> hot } -> drain();
        from(0..9) -> by_key(|x| x % 2) { map(|x| Err::<u8, String>(x.to_string()))? else rejects } -> drain();
        from(0..9) -> by_key(|x| x % 2) { zip(hot, hot) } -> drain();
        from(0..9) -> by_key(|x| x % 2) { mapp(|x| x) -> progress("x") } -> drain();
        from(0..9) -> by_key(|x| x % 2) { scatter(2) -> map(|x| x) -> gather() } -> drain();
    }
    .run();
}
