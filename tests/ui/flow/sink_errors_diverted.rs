use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> for_each(|x| Err::<(), _>(x))? else rejects;
        rejects = drain();
    }
    .run();
}
