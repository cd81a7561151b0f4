use flow_runtime::flow;

struct Sum(u32);

fn main() {
    flow! {
        from(0..9) -> by_key(|x| x % 2) {
            accumulate(Sum(0), |sum, x| { sum.0 += x; sum.0 }) -> filter(|x| *x > 1)
        } -> drain();
    }
    .run();
}
