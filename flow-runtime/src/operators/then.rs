//! `then`: an async function of each item, one at a time.

use crate::ty::Ty;

/// Gives what the async function `f` makes of each item, one at a time.
#[inline]
pub fn then<T, U, F: AsyncFnMut(T) -> U>(_: Ty<T>, f: F) -> (F, Ty<U>) {
    // The function itself goes back: an opaque type would hide from the flow
    // whether its futures are `Send`.
    (f, Ty::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn closures_know_the_type_of_their_argument() {
        let mut calls = 0;
        let (mut length, _) = then(Ty::<&str>::new(), async |text| {
            calls += 1;
            text.trim().len()
        });
        assert_eq!(length(" ab").await, 2);
        assert_eq!(length("").await, 0);
        assert_eq!(calls, 2);
    }

    #[tokio::test]
    async fn functions_fit() {
        async fn double(x: u8) -> u8 {
            2 * x
        }
        let (double, _) = then(Ty::new(), double);
        assert_eq!(tokio::spawn(double(4)).await.unwrap(), 8);
    }
}
