use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = b;
        b = c;
        c = a;
        c -> drain();
    }
    .run();
}
