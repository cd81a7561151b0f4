use flow_runtime::flow;

fn main() {
    let _ = flow! {
        a = from([Ok(1), Err("no")]);
        a? -> count();
    }
    .run();
}
