use flow_runtime::flow;

fn main() {
    let mut flow = flow! {
        left = <u32>;
        right = <u32>;
        union(left, right) -> count()
    };
    flow.emit(3);
    let _ = flow.finish();
}
