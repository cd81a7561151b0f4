//! Run it with `cargo run -p flow-examples --example piece`
//!
//! A piece: a flow with an inlet and an open end is an operator, made by a
//! function, tested by hand, and used in any flow by `via`.

use flow_runtime::{Operator, flow};

/// Mean values of `n` readings each, without those that make no sense.
fn means(n: usize) -> impl Operator<f64, Out = f64> {
    flow! {
        <f64>
            -> filter(|celsius| (-90.0..60.0).contains(celsius))
            -> partition(n)
            -> map(|batch| batch.iter().sum::<f64>() / batch.len() as f64)
    }
}

fn main() {
    // As a unit test would: push, and see what leaves.
    let mut piece = means(2);
    let mut push = |celsius| piece.push(celsius).into_iter().next();
    assert_eq!(push(20.0), None);
    assert_eq!(push(999.0), None);
    assert_eq!(push(22.0), Some(21.0));

    // In a flow, and with a state of its own in each place.
    let (inside, outside) = flow! {
        inside  = from([20.5, 21.5, 22.0]) -> via(means(2)) -> collect::<Vec<_>>();
        outside = from([-3.0, -300.0, -4.0]) -> via(means(2)) -> collect::<Vec<_>>();
        (inside, outside)
    }
    .run();

    println!("inside {inside:?}, outside {outside:?}");
}
