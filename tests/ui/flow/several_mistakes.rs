use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from(0..9) -> mpa(|x| x + 1);
        b = from(0..9) -> filter(|x| x % 2 == 0, 3);
        c = from(0..9) -> partition(0);
        zip(a, b) -> drain();
        union(c, d) -> drain();
        from(0..9) -> map(|x| x);
    }
    .run();
}
