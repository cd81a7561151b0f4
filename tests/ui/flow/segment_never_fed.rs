use flow_runtime::flow;

fn main() {
    let _ = flow! {
        rejects = for_each(|x: u32| println!("{x}"));
        from(0..9) -> drain();
    }
    .run();
}
