use flow_runtime::flow;

fn main() {
    let _ = flow! {
        doubled = map(|x| x * 2) -> drain();
        from(0..9) -> doubled -> for_each(|x| println!("{x}"));
    }
    .run();
}
