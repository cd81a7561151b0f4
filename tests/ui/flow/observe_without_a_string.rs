use flow_runtime::flow;

fn main() {
    let _ = flow! {
        #![observe = answers]
        from(0..9) -> drain();
    };
    let _ = flow! {
        #![observe = ""]
        from(0..9) -> drain();
    };
    let _ = flow! {
        #![observe("answers")]
        from(0..9) -> drain();
    };
    let _ = flow! {
        #![observe]
        #![observe = "answers"]
        from(0..9) -> drain();
    };
}
