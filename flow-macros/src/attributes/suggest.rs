//! The word the user may have meant.

/// The nearest of `words`, where one is near enough to be meant.
pub(super) fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    words
        .into_iter()
        .map(|known| (strsim::jaro(word, known), known))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}

/// The help for an unknown word: the nearest known one, else all of them.
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

/// The words as a list, each in backticks.
pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = words.into_iter().map(|word| format!("`{word}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_meant() {
        assert_eq!(nearest("verison", ["key", "version"]), Some("version"));
        assert_eq!(nearest("colour", ["key", "version"]), None);
    }

    #[test]
    fn without_a_near_one_all_are_listed() {
        let help = help("colour", "options", ["key", "kind"]);
        assert_eq!(help, "the options are `key`, `kind`");
    }
}
