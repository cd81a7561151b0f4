use flow_runtime::flow;

fn main() {
    let _ = flow! {
        #[inline]
        from(0..9) -> drain();
    }
    .run();
}
