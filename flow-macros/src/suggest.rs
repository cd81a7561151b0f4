//! Did-you-mean.

/// The candidate that `word` was meant to be, where it is one with a few slips: one, or
/// one for every four letters. What has letters in common and is further off means
/// something else.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let alike = |candidate: &str| {
        let slips = strsim::osa_distance(word, candidate);
        let likeness = strsim::jaro(word, candidate);
        let longest = word.len().max(candidate.len());
        if slips == 1 && longest > 2 {
            Some(likeness + 1.0)
        } else {
            (likeness > 0.7 && slips * 4 <= longest).then_some(likeness)
        }
    };
    candidates
        .into_iter()
        .filter_map(|candidate| Some((alike(candidate)?, candidate)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
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
        assert_eq!(nearest("d", ["drain"]), None);
        assert_eq!(nearest("numbers", ["enumerate"]), None);
        assert_eq!(nearest("acumulat", ["accumulate"]), Some("accumulate"));
    }

    #[test]
    fn lists_read_like_prose() {
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list([]), "");
    }
}
