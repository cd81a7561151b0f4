use flow_runtime::flow;

fn main() {
    let flow = flow! {
        left = <u32>;
        right = <u32>;
        union(left, right) -> count()
    };
    let count: usize = flow.run();
    let _ = count;
}
