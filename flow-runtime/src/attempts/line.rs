//! The word of an item about its place in line, for whoever counts those that run.
//!
//! An item waits in line within its own future. Whoever polls that asks for a word, on the
//! thread: the first who is polled in it is the visit of the item, and what runs within the
//! attempt is not heard.

use core::cell::Cell;

/// The word of an item that is polled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Word {
    /// Nobody has asked.
    Unasked,
    /// It was asked, and has said nothing: it waits in no line.
    Asked,
    /// It waits for its first attempt.
    Waits,
    /// Its first attempt begins.
    Begins,
    /// No attempt will ever be made.
    NeverBegins,
}

thread_local! {
    static WORD: Cell<Word> = const { Cell::new(Word::Unasked) };
}

/// Polls an item, and returns its word.
pub(crate) fn asked<T>(poll: impl FnOnce() -> T) -> (T, Word) {
    let before = WORD.replace(Word::Asked);
    let polled = poll();
    (polled, WORD.replace(before))
}

/// Gives the word where somebody has asked.
pub(super) fn say(word: Word) {
    if WORD.get() == Word::Asked {
        WORD.set(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_counts_and_nobody_hears_what_he_has_not_asked() {
        say(Word::Waits);
        assert_eq!(asked(|| ()).1, Word::Asked);
        let (within, word) = asked(|| {
            say(Word::Begins);
            say(Word::Waits);
            asked(|| say(Word::NeverBegins)).1
        });
        assert_eq!((within, word), (Word::NeverBegins, Word::Begins));
    }
}
