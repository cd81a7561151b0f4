use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from(0..9);
        zip(a, map(|x| x + 1)) -> drain();
    }
    .run();
}
