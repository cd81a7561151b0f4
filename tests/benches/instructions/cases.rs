//! The shapes that are counted: each one by hand and as a flow.

#[path = "observed.rs"]
mod observed;

pub use observed::*;

use super::*;

fn even(x: &u64) -> bool {
    x.is_multiple_of(2)
}

#[inline(never)]
pub fn linear_hand(n: u64) -> u64 {
    let mut sum = 1;
    for x in 0..n {
        let x = black_box(x) * 3 + 1;
        if even(&x) {
            sum += x;
        }
    }
    sum
}

#[inline(never)]
pub fn linear_flow(n: u64) -> u64 {
    flow! {
        from(0..n) -> map(|x| black_box(x) * 3 + 1) -> filter(even) -> fold(1, |sum, x| *sum += x)
    }
    .run()
}

#[inline(never)]
pub fn linear_observed(n: u64) -> u64 {
    flow! {
        #![observe]
        from(0..n) -> map(|x| black_box(x) * 3 + 1) -> filter(even) -> fold(1, |sum, x| *sum += x)
    }
    .run()
}

/// Eight steps that give one item for each: one counter counts all of them.
#[inline(never)]
pub fn maps_flow(n: u64) -> u64 {
    flow! {
        from(0..n)
            -> map(|x| black_box(x) + 1) -> map(|x| x * 3) -> map(|x| x ^ 5) -> map(|x| x + 7)
            -> map(|x| black_box(x) * 9) -> map(|x| x ^ 11) -> map(|x| x + 13) -> map(|x| x * 15)
            -> fold(2, |sum, x| *sum += x)
    }
    .run()
}

#[inline(never)]
pub fn maps_observed(n: u64) -> u64 {
    flow! {
        #![observe]
        from(0..n)
            -> map(|x| black_box(x) + 1) -> map(|x| x * 3) -> map(|x| x ^ 5) -> map(|x| x + 7)
            -> map(|x| black_box(x) * 9) -> map(|x| x ^ 11) -> map(|x| x + 13) -> map(|x| x * 15)
            -> fold(2, |sum, x| *sum += x)
    }
    .run()
}

/// A flow that the compiler makes a loop over several items at once of.
#[inline(never)]
pub fn vector_flow(n: u64) -> u64 {
    flow! {
        from(0..n) -> map(|x| x ^ (x << 7)) -> filter(even) -> fold(4, |sum, x| *sum ^= x)
    }
    .run()
}

#[inline(never)]
pub fn vector_observed(n: u64) -> u64 {
    flow! {
        #![observe]
        from(0..n) -> map(|x| x ^ (x << 7)) -> filter(even) -> fold(4, |sum, x| *sum ^= x)
    }
    .run()
}

#[inline(never)]
pub fn diamond_hand(n: u64) -> u64 {
    let mut sum = black_box(0);
    for x in 0..n {
        let x = black_box(x);
        let left = x + 1;
        let right = x * 2;
        sum += left ^ right;
    }
    sum
}

#[inline(never)]
pub fn diamond_flow(n: u64) -> u64 {
    flow! {
        x = from(0..n) -> map(|x| black_box(x));
        zip(x -> map(|x| x + 1), x -> map(|x| x * 2))
            -> map(|(left, right)| left ^ right)
            -> fold(0, |sum, x| *sum += x)
    }
    .run()
}

#[inline(never)]
pub fn union_hand(n: u64) -> u64 {
    let mut sum = 2;
    for x in 0..n {
        let x = black_box(x);
        if even(&x) {
            sum += x + 1;
        }
        sum += x * 2;
    }
    sum
}

#[inline(never)]
pub fn union_flow(n: u64) -> u64 {
    flow! {
        x = from(0..n) -> map(|x| black_box(x));
        union(x -> filter(even) -> map(|x| x + 1), x -> map(|x| x * 2))
            -> fold(2, |sum, x| *sum += x)
    }
    .run()
}

#[inline(never)]
pub fn union_observed(n: u64) -> u64 {
    flow! {
        #![observe]
        x = from(0..n) -> map(|x| black_box(x));
        union(x -> filter(even) -> map(|x| x + 1), x -> map(|x| x * 2))
            -> fold(2, |sum, x| *sum += x)
    }
    .run()
}

async fn ready(x: u64) -> u64 {
    x * 3 + 1
}

#[inline(never)]
pub fn then_hand(n: u64) -> u64 {
    block_on(async {
        let mut sum: u64 = 3;
        for x in 0..n {
            let x = ready(black_box(x)).await;
            sum = sum.rotate_left(5) ^ x;
        }
        black_box(sum)
    })
}

#[inline(never)]
pub fn then_flow(n: u64) -> u64 {
    block_on(
        flow! {
            from(0..n) -> map(|x| black_box(x)) -> then(ready)
                -> fold(3, |sum: &mut u64, x| *sum = sum.rotate_left(5) ^ x)
        }
        .run(),
    )
}

/// The kinds that the routed cases route by.
enum Kind {
    Even(u64),
    Third(u64),
    Other(u64),
}

fn kind(x: u64) -> Kind {
    match x {
        x if x.is_multiple_of(2) => Kind::Even(x),
        x if x.is_multiple_of(3) => Kind::Third(x),
        x => Kind::Other(x),
    }
}

#[inline(never)]
pub fn match_hand(n: u64) -> u64 {
    let mut sum = 4;
    for x in 0..n {
        let x = match kind(black_box(x)) {
            Kind::Even(x) => x + 1,
            Kind::Third(x) => x * 2,
            Kind::Other(x) => x ^ 5,
        };
        sum += x;
    }
    sum
}

#[inline(never)]
pub fn match_flow(n: u64) -> u64 {
    flow! {
        from(0..n) -> map(|x| kind(black_box(x))) -> match {
            Kind::Even(x) => map(|x| x + 1),
            Kind::Third(x) => map(|x| x * 2),
            Kind::Other(x) => map(|x| x ^ 5),
        } -> fold(4, |sum, x| *sum += x)
    }
    .run()
}

#[inline(never)]
pub fn stacked_hand(n: u64) -> u64 {
    let mut sum = black_box(0);
    for x in 0..n {
        let x = black_box(x);
        let x = (x + 1) ^ (x * 3);
        let x = (x + 2) ^ (x * 5);
        sum += (x + 3) ^ (x * 7);
    }
    sum
}

#[inline(never)]
pub fn stacked_flow(n: u64) -> u64 {
    flow! {
        a = from(0..n) -> map(|x| black_box(x));
        b = zip(a -> map(|x| x + 1), a -> map(|x| x * 3)) -> map(|(x, y)| x ^ y);
        c = zip(b -> map(|x| x + 2), b -> map(|x| x * 5)) -> map(|(x, y)| x ^ y);
        zip(c -> map(|x| x + 3), c -> map(|x| x * 7)) -> map(|(x, y)| x ^ y)
            -> fold(0, |sum, x| *sum += x)
    }
    .run()
}

#[inline(never)]
pub fn sources_hand(n: u64) -> u64 {
    let mut sum = 8;
    let (mut left, mut right) = (0..n / 2, n..n + n / 2);
    let (mut left_open, mut right_open) = (true, true);
    while left_open || right_open {
        if left_open {
            match left.next() {
                Some(x) => sum += black_box(x),
                None => left_open = false,
            }
        }
        if right_open {
            match right.next() {
                Some(x) => sum += black_box(x),
                None => right_open = false,
            }
        }
    }
    sum
}

#[inline(never)]
pub fn sources_flow(n: u64) -> u64 {
    flow! {
        union(from(0..n / 2), from(n..n + n / 2))
            -> map(|x| black_box(x)) -> fold(8, |sum, x| *sum += x)
    }
    .run()
}

#[inline(never)]
pub fn emit_hand(n: u64) -> u64 {
    let mut sum = 5;
    let mut emit = |x: u64| {
        let x = black_box(x) * 3 + 1;
        if even(&x) {
            sum += x;
        }
    };
    for x in 0..n {
        emit(x);
    }
    black_box(sum)
}

#[inline(never)]
pub fn emit_flow(n: u64) -> u64 {
    let mut flow = flow! {
        <u64> -> map(|x| black_box(x) * 3 + 1) -> filter(even) -> fold(5, |sum, x| *sum += x)
    };
    for x in 0..n {
        flow.emit(x);
    }
    flow.finish()
}

#[inline(never)]
pub fn emit_observed(n: u64) -> u64 {
    let mut flow = flow! {
        #![observe]
        <u64> -> map(|x| black_box(x) * 3 + 1) -> filter(even) -> fold(5, |sum, x| *sum += x)
    };
    for x in 0..n {
        flow.emit(x);
    }
    flow.finish()
}

#[inline(never)]
pub fn iterator_hand(n: u64) -> u64 {
    let mut sum = 6;
    for x in (0..n).map(|x| black_box(x) * 3 + 1).filter(even) {
        sum += x;
    }
    sum
}

#[inline(never)]
pub fn iterator_flow(n: u64) -> u64 {
    let mut sum = 6;
    for x in flow! { from(0..n) -> map(|x| black_box(x) * 3 + 1) -> filter(even) } {
        sum += x;
    }
    sum
}

#[inline(never)]
pub fn feedback_hand(n: u64) -> u64 {
    let mut sum = 7;
    let mut waiting = VecDeque::new();
    for x in 0..n / 4 {
        waiting.push_back(black_box((x, 3)));
        while let Some((x, left)) = waiting.pop_front() {
            sum += x;
            if left > 0 {
                waiting.push_back((x + 1, left - 1));
            }
        }
    }
    sum
}

#[inline(never)]
pub fn feedback_flow(n: u64) -> u64 {
    flow! {
        from(0..n / 4) -> map(|x| black_box((x, 3))) -> steps;
        steps = inspect(|_| ());
        steps -> filter(|(_, left)| *left > 0) -> map(|(x, left)| (x + 1, left - 1)) -> steps;
        steps -> fold(7, |sum, (x, _)| *sum += x)
    }
    .run()
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(result) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return result;
        }
    }
}
