//! Chains within an element, and pieces.

use flow_runtime::flow;

pub fn per_key() -> Vec<u32> {
    let f = flow! {
        /*rename: 2*/parts = from([1_u32, 2, 3]) -> /*hover: the chain of its key*/by_key(|n| /*hover: u32*/n % 2) { /*goto: fn accumulate*/accumulate(0, |sum, n| { *sum += n; */*hover: sum: *//*goto: accumulate*/sum }) };
        /*goto: parts =*/parts -> collect::<Vec<_>>()
    };
    f.run()
}

pub async fn on_threads() -> usize {
    flow! {
        from([1_u32, 2, 3]) -> /*goto: fn scatter*/scatter(2, /*hover: by*/by = |n| *n) -> map(|n| /*hover: u32*/n + 1) -> /*hover: pub fn gather*/gather(/*goto: ordered*/ordered = true) -> count()
    }
    .run()
    .await
}

pub fn in_a_piece() -> Vec<u32> {
    let double = flow! { <u32> -> map(|n| /*hover: u32*/n * 2) };
    flow! {
        /*hover: Items<u32>*/doubled = from([1, 2]) -> /*hover: pub fn via*/via(double);
        /*goto: doubled =*/doubled -> collect::<Vec<_>>()
    }
    .run()
}
