use flow_runtime::flow;

fn main() {
    let _ = flow! {
        #![eror = std::io::Error]
        from(0..9) -> drain();
    }
    .run();
}
