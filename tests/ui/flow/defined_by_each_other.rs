use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = b -> map(|x| x + 1);
        b = a -> filter(|x| x > 3);
        a -> drain();
    }
    .run();
}
