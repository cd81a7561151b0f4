use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> map(|x| x + 1) -> ;
    }
    .run();
}
