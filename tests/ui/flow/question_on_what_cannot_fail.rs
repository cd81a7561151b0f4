use flow_runtime::flow;

fn main() {
    let _ = flow! {
        from(0..9) -> filter(|x| x % 2 == 0)? -> drain();
    }
    .run();

    // What its errors would have fed is of no type.
    flow! {
        from([1]) -> enumerate()? else errors -> drain();
        errors = for_each(|error: i32| drop(error));
    }
    .run();
}
