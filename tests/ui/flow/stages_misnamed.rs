use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a from(0..3) -> map(|x| x + 1);
        b: from(0..3) -> map(|x| x + 1);
        c := from(0..3) -> map(|x| x + 1);
        d == from(0..3) -> map(|x| x + 1);
        e: Vec<i32> = from(0..3) -> map(|x| x + 1);
        union(a, b, c, d, e) -> drain();
    }
    .run();
}
