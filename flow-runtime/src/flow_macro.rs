//! `flow!`, in a file of its own: what rustc says of closures in it names this
//! place.

/// Compiles the description of a data pipeline into the loop a careful engineer
/// would have written.
///
/// ```
/// use flow_runtime::flow;
///
/// let (evens, sum) = flow! {
///     numbers = from(1..=10) -> map(|n| n * n);
///     evens   = numbers -> filter(|n| n % 2 == 0) -> collect::<Vec<_>>();
///     sum     = numbers -> sum();
///     (evens, sum)
/// }
/// .run();
/// assert_eq!(evens, [4, 16, 36, 64, 100]);
/// assert_eq!(sum, 385);
/// ```
///
/// [The language](crate::docs::language) is how flows are written, [running](crate::running) how they are driven; the
/// operators, each with an example, are in the [reference](mod@crate::reference).
#[macro_export]
macro_rules! flow {
    ($($flow:tt)*) => {
        // The crate is reached by `$crate`, so that it may be renamed.
        $crate::__private::compile_flow! { [$crate] $($flow)* }
    };
}
