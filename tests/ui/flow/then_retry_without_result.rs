use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9_u32) -> then(async |x| x, retry = 3) -> count();
    }
    .run();
}
