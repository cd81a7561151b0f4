//! `? else drop`: errors go nowhere, and the flow goes on.

use flow_runtime::flow;

const WORDS: [&str; 3] = ["1", "x", "3"];

fn parse(word: &str) -> Result<u32, std::num::ParseIntError> {
    word.parse()
}

#[test]
fn errors_are_dropped_wherever_the_operator_stands() {
    let chain = flow! { from(WORDS) -> map(parse)? else drop -> collect::<Vec<_>>() };
    assert_eq!(chain.run(), [1, 3]);
    let arm = flow! {
        from(WORDS) -> match { "1" => map(parse)? else drop, _ => map(|_| 0) }
            -> collect::<Vec<_>>()
    };
    assert_eq!(arm.run(), [1, 0, 0]);
    let lazy = flow! { from(WORDS) -> map(parse)? else drop };
    assert_eq!(lazy.collect::<Vec<_>>(), [1, 3]);
    let mut open = flow! { <&str> -> map(parse)? else drop -> sum::<u32>() };
    WORDS.into_iter().for_each(|word| open.emit(word));
    assert_eq!(open.finish(), 4);
    let cycle = flow! {
        n = map(|x: u32| x.checked_sub(1).ok_or(x))? else drop -> n;
        from([3]) -> n;
        n -> collect::<Vec<_>>()
    };
    assert_eq!(cycle.run(), [2, 1, 0]);
}

#[test]
fn errors_are_dropped_in_chains_that_are_copied() {
    let keyed = flow! {
        from(WORDS) -> by_key(|word| word.len()) { map(parse)? else drop -> map(|x| x + 1) }
            -> collect::<Vec<_>>()
    };
    assert_eq!(keyed.run(), [2, 4]);
    let piece = || flow! { <&'static str> -> map(parse)? else drop };
    let pieces = flow! { from(WORDS) -> via(piece()) -> collect::<Vec<_>>() };
    assert_eq!(pieces.run(), [1, 3]);
}

#[tokio::test]
async fn errors_of_what_is_awaited_and_of_workers_are_dropped() {
    let jobs = flow! {
        from(WORDS) -> then(async |word| parse(word), concurrency = 2)? else drop
            -> collect::<Vec<_>>()
    };
    assert_eq!(jobs.run().await, [1, 3]);
    let workers = flow! {
        from(WORDS) -> scatter(2) -> map(parse)? else drop -> gather(ordered = true)
            -> collect::<Vec<_>>()
    };
    assert_eq!(workers.run().await, [1, 3]);
}
