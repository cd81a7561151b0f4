use flow_runtime::flow;

fn main() {
    let _ = flow! {
        left = <u32>;
        right = <u32>;
        union(left, right) -> map(|x| x + 1)
    };
}
