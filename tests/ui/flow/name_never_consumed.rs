use flow_runtime::flow;

fn main() {
    let _ = flow! {
        numbers = from(0..9);
        evens = numbers -> filter(|x| x % 2 == 0);
        numbers -> drain();
    }
    .run();
}
