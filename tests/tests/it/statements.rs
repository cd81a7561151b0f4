//! Attributes of statements.
use flow_runtime::flow;

#[deprecated]
fn old(x: u32) -> u32 {
    x + 1
}

#[test]
fn statements_may_be_left_out() {
    let flow = flow! {
        numbers = from(0..4_u32);
        #[cfg(test)]
        numbers -> for_each(|_| ());
        #[cfg(not(test))]
        compile_this -> no();
        #[cfg(any(unix, windows))]
        b = numbers -> map(|x| x + 1) -> sum::<u32>();
        #[cfg(not(any(unix, windows)))]
        b = numbers -> sum::<u32>();
        b
    };
    assert_eq!(flow.run(), 10);
}

#[test]
#[deny(deprecated, unused_must_use)]
fn lints_may_be_allowed_and_statements_documented() {
    let dir = std::env::temp_dir().join("flow-statements-allowed");
    let sum = flow! {
        /// All the numbers.
        numbers = from(0..4_u32);
        #[allow(deprecated)]
        sum = numbers -> map(old) -> sum::<u32>();
        /** Written. */
        #[allow(unused_must_use)]
        numbers -> map(|n| n.to_string()) -> write_lines(&dir);
        sum
    }
    .run();
    assert_eq!(sum, 10);
}
