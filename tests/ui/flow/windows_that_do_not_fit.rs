use flow_runtime::flow;

struct Own;

fn main() {
    flow! { from([1]) -> map(|_| Own) -> sliding_window(2) -> drain() }.run();
    flow! { from([1]) -> map(|_| Own) -> sliding_window(100) -> drain() }.run();
    flow! { from(["a"]) -> sliding_window(2) -> aggregate(sum(|text| *text)) -> drain() }.run();
    flow! { from(["a"]) -> sliding_window(2) -> aggregate(mean(|text| *text)) -> drain() }.run();
    flow! { from([1]) -> sliding_window(2) -> aggregate(max(|_| Own)) -> drain() }.run();
    flow! { from([1]) -> sliding_window(2) -> aggregate(5) -> drain() }.run();
    flow! { from([1_u64]) -> in_order(|x| *x)? else drop -> drain() }.run();
}
