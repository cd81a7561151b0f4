use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from(0..9);
        zip(a, capacity = 3, a)? -> count()
    }
    .run();
}
