//! A chain's words: the rows of the operators' table, and what to say of a word
//! that is none.

use syn::{Expr, GenericArgument, Ident, Type, ext::IdentExt};

use super::Resolver;
use crate::{
    excerpt::excerpt,
    suggest::{list, nearest},
    syntax::Element,
    table::elsewhere,
    table::{self, Instead, Operator},
};

/// Returns what to write where a Rust value was meant.
fn as_source(value: &Expr) -> String {
    format!("if it is a Rust value: `from({}) -> …`", excerpt(value))
}

/// Returns what to write where a function was meant.
fn as_function(word: &str) -> String {
    format!("if it is a function: `map({word})`")
}

impl<'s> Resolver<'s, '_> {
    /// The row of an element's word; reports an unknown one. Where a chain begins it
    /// may be a Rust value.
    pub(super) fn find_operator(
        &mut self,
        element: &Element,
        value: Option<&Expr>,
    ) -> Option<&'static Operator> {
        let word = element.word.to_string();
        if let Some(row) = table::find(&word) {
            let arguments = element.arguments.as_ref();
            let given = arguments.map_or(0, |arguments| arguments.values.len());
            return Some(match row.instead {
                Instead::OfLimited(limited) if may_be_over(element) => limited,
                Instead::OfSeveral(several) if given > 1 => several,
                _ => row,
            });
        }
        let is_call = element.arguments.is_some() || element.turbofish.is_some();
        let there = elsewhere::find(&word).filter(|_| is_call || value.is_none());
        let (wrong, help) = if is_call && self.is_defined(&element.word) {
            self.forgive(&word);
            let wrong = format!("`{word}` is a stage, not an operator");
            (wrong, format!("write `{word}`, without parentheses"))
        } else if let Some(there) = there {
            (format!("unknown operator `{word}`"), there.help())
        } else if word == "drop" {
            let wrong = "`drop` ends an arm, or stands behind `? else`";
            (wrong.to_string(), "end a chain in `-> drain()`".to_string())
        } else if self.report_outside(&element.word) {
            self.lose_arguments(element);
            return None;
        } else if is_call {
            let words = table::operators().map(|row| row.name);
            let help = match nearest(&word, words) {
                Some(near) => format!("did you mean `{near}`?"),
                None => match value {
                    Some(value) => as_source(value),
                    None => {
                        let listed = "the operators are listed in the documentation of `flow!`";
                        format!("{listed}; {}", as_function(&word))
                    }
                },
            };
            (format!("unknown operator `{word}`"), help)
        } else {
            let defined: Vec<_> = self
                .names
                .iter()
                .map(|name| name.word.to_string())
                .collect();
            let words = table::operators().map(|row| row.name);
            let near = nearest(&word, defined.iter().map(String::as_str).chain(words));
            let help = match near {
                Some(near) if table::find(near).is_some() => {
                    format!("did you mean `{near}(…)`?")
                }
                Some(near) => {
                    self.forgive(near);
                    format!("did you mean `{near}`?")
                }
                None => {
                    let stages = match defined.as_slice() {
                        [] => format!("define it: `{word} = …;`"),
                        stages => {
                            let stages = list(stages.iter().map(String::as_str));
                            format!("the stages are {stages}")
                        }
                    };
                    let other = match value {
                        Some(value) => as_source(value),
                        None => as_function(&word),
                    };
                    format!("{stages}; {other}")
                }
            };
            if !self.is_news(&element.word) {
                return None;
            }
            (format!("unknown name `{word}`"), help)
        };
        self.errors.at(element.word.span(), wrong, help);
        self.lose_arguments(element);
        None
    }

    /// Returns whether a name is told for the first time that there is none of. Where it is used
    /// again, or fed, it is the same mistake.
    pub(super) fn is_news(&mut self, word: &Ident) -> bool {
        let word = word.unraw().to_string();
        let news = !self.unknown.contains(&word);
        if news {
            self.unknown.push(word);
        }
        news
    }

    /// An unknown operator may have been meant to read the stages it is given, and to send its
    /// errors to a segment.
    fn lose_arguments(&mut self, element: &Element) {
        self.skip_errors(element);
        for value in element.arguments.iter().flat_map(|all| &all.values) {
            if let syn::Expr::Path(path) = value
                && let Some(word) = path.path.get_ident()
                && self.is_defined(word)
            {
                self.lost.push(word.clone());
            }
        }
    }

    /// Behind an element that was reported, typing errors are still worth
    /// telling.
    pub(super) fn report_unknown_operator(&mut self, element: &Element) {
        let is_call = element.arguments.is_some();
        if is_call && table::find(&element.word.to_string()).is_none() {
            self.find_operator(element, None);
        }
    }

    /// A chain that broke off would have fed this segment: it is not unfed.
    pub(super) fn skip_feed(&mut self, element: &'s Element) {
        self.skip_errors(element);
        if element.arguments.is_none() {
            self.skip_name(&element.word);
        }
    }

    /// The errors of an element that was reported would have fed this segment.
    pub(super) fn skip_errors(&mut self, element: &Element) {
        let question = element.question.as_ref();
        if let Some(segment) = question.and_then(|question| question.or_else.as_ref()) {
            self.skip_name(segment);
        }
    }

    /// Notes that a part which did not parse may have read these names, or fed them.
    pub(super) fn skip_words(&mut self, words: &[Ident]) {
        for word in words {
            self.skip_name(word);
        }
        self.lost.extend_from_slice(words);
    }

    fn skip_name(&mut self, word: &Ident) {
        for name in &mut self.names {
            if name.word == word {
                name.ends.health.broken = true;
            }
        }
    }
}

/// Returns whether a collection may want no more before the end of input: a `Result`, an
/// `Option`, or what the name does not tell.
fn may_be_over(element: &Element) -> bool {
    const ENDLESS: &[&str] = &[
        "BTreeMap",
        "BTreeSet",
        "BinaryHeap",
        "Box",
        "HashMap",
        "HashSet",
        "LinkedList",
        "String",
        "Vec",
        "VecDeque",
    ];
    let given = element
        .turbofish
        .as_ref()
        .and_then(|given| given.args.first());
    match given {
        Some(GenericArgument::Type(Type::Path(path))) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| ENDLESS.iter().all(|name| last.ident != name))
        }
        _ => false,
    }
}
