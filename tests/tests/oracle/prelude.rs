/// `x`, moved; small, whatever it was.
fn step(x: i64, times: i64, plus: i64) -> i64 {
    (x * times + plus) % 97
}

/// Several items as one.
fn mix(items: &[i64]) -> i64 {
    items.iter().fold(items.len() as i64, |mixed, x| (mixed * 31 + x) % 89)
}

/// Fewer than `m` items.
fn spread(x: i64, m: i64) -> Vec<i64> {
    (0..x % m).map(|index| x + index).collect()
}

fn attempt(x: i64, m: i64) -> Result<i64, i64> {
    if x % m == 0 { Err(x + 1) } else { Ok(x) }
}
