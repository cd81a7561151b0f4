use flow_runtime::flow;

fn main() {
    let _ = flow! {
        #![error = std::io::Error]
        #![error = std::io::Error]
        from(0..9) -> drain();
    }
    .run();
}
