use flow_runtime::flow;

fn main() {
    let mut flow = flow! {
        left = <u32>;
        union(left, <u32> -> map(|x| x + 1)) -> count()
    };
    flow.emit_left(1);
}
