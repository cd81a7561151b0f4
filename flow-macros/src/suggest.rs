//! Did-you-mean.

/// The candidate that is most like `word`, where one is alike enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (likeness(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn likeness(word: &str, candidate: &str) -> f64 {
    // Jaro sees no likeness in two swapped letters of a short word.
    let slip = word.len() > 2 && strsim::damerau_levenshtein(word, candidate) == 1;
    strsim::jaro(word, candidate).max(if slip { 0.9 } else { 0.0 })
}

/// `a`, `b` and `c`, each in backticks.
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_and_a_far_one_is_not() {
        let words = ["map", "filter", "flat_map"];
        assert_eq!(nearest("mpa", words), Some("map"));
        assert_eq!(nearest("flatmap", words), Some("flat_map"));
        assert_eq!(nearest("quux", words), None);
    }

    #[test]
    fn lists_read_like_prose() {
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list([]), "");
    }
}
