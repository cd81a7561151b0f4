//! Items as the text of a line.
//!
//! Through `Display` a `&str` takes 150 instructions on its way, 30 without. So the set-up of
//! a flow asks whether its items are text as they are.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use crate::ty::Ty;

/// Asks of which kind the lines of such items are.
#[inline]
#[must_use]
pub fn line<T, M>(_: Ty<T, M>) -> Line<T> {
    Line(PhantomData)
}

/// See [`line`].
pub struct Line<T>(PhantomData<fn() -> T>);

impl<T: Text> Line<T> {
    /// The kind of text.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Plain {
        Plain
    }
}

/// As `Line::kind`, of all else.
pub trait Formats {
    /// The kind of what is formatted.
    #[inline]
    fn kind(&self) -> Formatted {
        Formatted
    }
}

impl<T> Formats for &Line<T> {}

/// The kind of lines that are text as they are.
pub struct Plain;

/// The kind of lines that are formatted.
pub struct Formatted;

/// A kind of lines.
pub trait Writes<T> {
    /// Writes an item behind `text`.
    ///
    /// # Errors
    ///
    /// Where it cannot be formatted.
    fn write(text: &mut String, item: &T) -> fmt::Result;
}

impl<T: Text> Writes<T> for Plain {
    #[inline]
    fn write(text: &mut String, item: &T) -> fmt::Result {
        text.push_str(item.text());
        Ok(())
    }
}

impl<T: Display> Writes<T> for Formatted {
    #[inline]
    fn write(text: &mut String, item: &T) -> fmt::Result {
        fmt::Write::write_fmt(text, format_args!("{item}"))
    }
}

/// Implemented by the types of std that are shown as the text that they hold.
pub trait Text {
    /// Returns that text.
    fn text(&self) -> &str;
}

impl Text for str {
    #[inline]
    fn text(&self) -> &str {
        self
    }
}

impl Text for String {
    #[inline]
    fn text(&self) -> &str {
        self
    }
}

impl Text for Cow<'_, str> {
    #[inline]
    fn text(&self) -> &str {
        self
    }
}

/// Implements it for what leads to such a value.
macro_rules! leads {
    ($($pointer:ty),+) => {$(
        impl<T: Text + ?Sized> Text for $pointer {
            #[inline]
            fn text(&self) -> &str {
                (**self).text()
            }
        }
    )+};
}

leads!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind is found where the type is known, as in a flow.
    macro_rules! written {
        ($item:expr) => {{
            fn kind_of<K: Writes<T>, T>(_: K, item: &T) -> String {
                let mut text = String::from("> ");
                K::write(&mut text, item).unwrap();
                text
            }
            let item = $item;
            let kind = (&line(of(&item))).kind();
            (
                std::any::type_name_of_val(&kind).ends_with("Plain"),
                kind_of(kind, &item),
            )
        }};
    }

    fn of<T>(_: &T) -> Ty<T> {
        Ty::new()
    }

    #[test]
    fn text_is_written_as_it_is() {
        let plain = (true, "> a".to_owned());
        assert_eq!(written!("a"), plain);
        assert_eq!(written!(&&"a"), plain);
        assert_eq!(written!(String::from("a")), plain);
        assert_eq!(written!(Cow::Borrowed("a")), plain);
        assert_eq!(written!(Arc::<str>::from("a")), plain);
        assert_eq!(written!(Box::new(Rc::new(String::from("a")))), plain);
    }

    #[test]
    fn all_else_is_formatted() {
        fn generic<T: Display>(item: T) -> (bool, String) {
            written!(item)
        }
        assert_eq!(written!(1.5), (false, "> 1.5".to_owned()));
        assert_eq!(written!('a'), (false, "> a".to_owned()));
        assert_eq!(generic("a"), (false, "> a".to_owned()));
    }
}
