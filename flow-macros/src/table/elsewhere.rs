//! Words of other libraries, and what to write here.
//!
//! A word is named as the equal of another only where the results are the same. Else the
//! difference is said.

mod words;

pub use self::words::WORDS;

/// A word of another library.
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// The words to write here.
    pub here: &'static str,
    /// The difference that makes; empty where there is none.
    pub differs: &'static str,
}

impl Word {
    /// The help for who writes the word.
    pub fn help(&self) -> String {
        match self.differs {
            "" => format!("here it is {}", self.here),
            differs => format!("write {}: {differs}", self.here),
        }
    }
}

/// The word, where another library has it.
pub fn find(word: &str) -> Option<&'static Word> {
    WORDS.iter().find(|each| each.word == word)
}

const fn same(word: &'static str, here: &'static str) -> Word {
    let differs = "";
    Word {
        word,
        here,
        differs,
    }
}

const fn other(word: &'static str, here: &'static str, differs: &'static str) -> Word {
    Word {
        word,
        here,
        differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    #[test]
    fn no_word_has_two_meanings() {
        for pair in WORDS.windows(2) {
            assert!(pair[0].word < pair[1].word, "{}", pair[1].word);
        }
        for word in WORDS {
            assert!(table::find(word.word).is_none(), "{}", word.word);
        }
    }

    /// Every call in backticks, as it is recommended, is one of an operator.
    #[test]
    fn what_is_recommended_is_an_operator() {
        const OTHERS: &[&str] = &[
            "run_until",
            "clone",
            "cycle",
            "is_some",
            "map_err",
            "new",
            "predicate",
            "repeat",
            "rev",
        ];
        for word in WORDS {
            let text = format!("{} {}", word.here, word.differs);
            for code in text.split('`').skip(1).step_by(2) {
                for (index, _) in code.match_indices(['(', '<']) {
                    let before = code[..index].trim_end_matches("::");
                    let name = before
                        .rsplit(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .next();
                    let name = name.unwrap_or_default();
                    let known = name.is_empty()
                        || name.starts_with(char::is_uppercase)
                        || OTHERS.contains(&name)
                        || table::find(name).is_some();
                    assert!(known, "`{name}` in {text}");
                }
            }
        }
    }
}
