//! The help for a word that is not known.

pub(super) use crate::suggest::{list, nearest};

/// The nearest known word, else all of them.
pub(super) fn help<'a>(
    word: &str,
    what: &str,
    words: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    match nearest(word, words.clone()) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("the {what} are {}", list(words)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_near_one_all_are_listed() {
        let help = |word| help(word, "options", ["key", "kind"]);
        assert_eq!(help("kid"), "did you mean `kind`?");
        assert_eq!(help("colour"), "the options are `key` and `kind`");
    }
}
