use flow_runtime::flow;

struct Odd;

fn main() {
    let _ = flow! {
        from(0..9) -> map(|x| if x > 3 { Err(Odd) } else { Ok(x) })? -> drain();
    }
    .run();
}
