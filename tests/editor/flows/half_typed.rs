// half-typed
use flow_runtime::flow;

pub fn nothing_behind_the_arrow() {
    let f = flow! {
        numbers = from([1, 2]) -> /*complete: map, filter, collect, numbers, !from*/
    };
}

pub fn a_part_of_a_word() {
    let f = flow! {
        numbers = from([1, 2]) -> ma/*complete: map, max, filter_map, !zip*/
    };
}

pub fn a_part_of_a_match() {
    let f = flow! {
        numbers = from([1, 2]) -> mat/*complete: match, map*/
    };
}

pub fn a_part_of_a_word_in_the_middle() {
    let f = flow! {
        numbers = from([1, 2]) -> fil/*complete: filter*/ -> collect::<Vec<_>>();
        /*goto: numbers =*/numbers
    };
}

pub fn a_part_of_a_source() {
    let f = flow! {
        numbers = fr/*complete: from, zip, interval, !map*/
    };
}

pub fn a_part_of_an_option(fetch: impl AsyncFnMut(u32) -> u32) {
    let f = flow! {
        from([1, 2]) -> /*hover: one at a time*/then(fetch, con/*complete: concurrency, ordered, retry*/) -> count()
    };
}

pub fn an_option_without_a_value() {
    let f = flow! {
        from([1, 2]) -> unique(b/*complete: by, capacity*/) -> count()
    };
}

pub fn a_part_of_a_stage() {
    let f = flow! {
        numbers = from([1, 2]) -> map(|n| n + 1);
        evens = /*goto: numbers =*//*hover: numbers: Items<i32>*/numbers -> filter(|n| n % 2 == 0);
        zip(evens, num/*complete: numbers, from*/) -> count()
    };
}

pub fn a_part_of_a_segment() {
    let f = flow! {
        from(["1"]) -> map(|t| t.parse::<u8>())? else bad/*complete: badly, !map*/ -> count();
        badly = for_each(|error| drop(error));
    };
}

pub fn within_a_closure() {
    let f = flow! {
        texts = from([String::new()]) -> map(|t| t./*complete: len, trim*/);
        texts -> count()
    };
}

pub fn within_the_chain_of_a_key() {
    let f = flow! {
        from([1, 2]) -> by_key(|n| n % 2) { enumer/*complete: enumerate, map*/ } -> count()
    };
}

pub fn before_other_statements() {
    let f = flow! {
        numbers = from([1, 2]) -> ski/*complete: skip, skip_while*/
        evens = numbers -> filter(|n| n % 2 == 0) -> count();
        (evens)
    };
}

pub fn an_async_flow_that_is_not_driven_yet() {
    let f = flow! { from([1, 2]) -> then(async |n| n + 1) -> count() };
    f./*complete: run, spawn, graph, !state, !work*/
}
