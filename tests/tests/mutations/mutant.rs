//! One token of a flow changed.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::corpus::Program;
use super::krate::Said;

/// Numbers that are the same for the same seed.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }
}

/// A program with a mistake.
pub struct Mutant<'p> {
    program: &'p Program,
    /// The whole invocation that it is in, `flow! { … }`.
    invocation: Range<usize>,
    /// The bytes that are replaced, and what by.
    place: Range<usize>,
    by: String,
}

/// A token, or the two of an arrow.
#[derive(Clone)]
struct Token {
    place: Range<usize>,
    is_word: bool,
    /// A group, from its opening to its closing token.
    is_group: bool,
}

impl<'p> Mutant<'p> {
    /// Any token of any flow, changed in any way.
    pub fn any(programs: &[&'p Program], random: &mut Random) -> Self {
        loop {
            let program = programs[random.below(programs.len())];
            let tokens = program.text.parse().expect("a program is tokens");
            let mut flows = Vec::new();
            collect(tokens, &mut flows);
            let (invocation, flow) = flows.swap_remove(random.below(flows.len()));
            let mut all = Vec::new();
            flatten(flow, &mut all);
            let index = random.below(all.len());
            if let Some((place, by)) = change(&program.text, &all, index, random) {
                return Self {
                    program,
                    invocation,
                    place,
                    by,
                };
            }
        }
    }

    pub fn text(&self) -> String {
        let text = &self.program.text;
        let (before, after) = (&text[..self.place.start], &text[self.place.end..]);
        format!("{before}{}{after}", self.by)
    }

    /// The flow as it is written now, and the change.
    pub fn told(&self) -> String {
        let text = self.text();
        let length = self.invocation.len() - self.place.len() + self.by.len();
        let flow = &text[self.invocation.start..][..length];
        let was = &self.program.text[self.place.clone()];
        let line = text[..self.place.start].lines().count();
        format!("line {line}: `{was}` became `{}`\n{flow}", self.by)
    }

    /// Returns whether an error is told of the whole invocation, or of more.
    pub fn is_whole_macro(&self, said: &Said) -> bool {
        let end = self.invocation.end - self.place.len() + self.by.len();
        said.bytes.start <= self.invocation.start && said.bytes.end >= end || said.bytes.is_empty()
    }
}

/// `flow! { … }` in any depth, with its place.
fn collect(tokens: TokenStream, found: &mut Vec<(Range<usize>, TokenStream)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        if let [.., TokenTree::Ident(word), TokenTree::Punct(bang)] = &tokens[..index]
            && word == "flow"
            && bang.as_char() == '!'
        {
            let place = word.span().byte_range().start..group.span().byte_range().end;
            found.push((place, group.stream()));
        } else {
            collect(group.stream(), found);
        }
    }
}

fn flatten(tokens: TokenStream, all: &mut Vec<Token>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let mut place = token.span().byte_range();
        let is_word = matches!(token, TokenTree::Ident(_));
        let mut is_group = false;
        match token {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
                is_group = true;
                all.push(Token {
                    place: place.clone(),
                    is_word,
                    is_group,
                });
                flatten(group.stream(), all);
                continue;
            }
            TokenTree::Punct(punct) => {
                // Arrows and the like are one token.
                let mut last = punct;
                while last.spacing() == proc_macro2::Spacing::Joint
                    && let Some(TokenTree::Punct(next)) = tokens.peek()
                    && next.span().byte_range().start == place.end
                    && last.as_char() != '|'
                {
                    place.end = next.span().byte_range().end;
                    last = next.clone();
                    tokens.next();
                }
            }
            _ => {}
        }
        all.push(Token {
            place,
            is_word,
            is_group,
        });
    }
}

fn change(
    text: &str,
    all: &[Token],
    index: usize,
    random: &mut Random,
) -> Option<(Range<usize>, String)> {
    let token = &all[index];
    let word = &text[token.place.clone()];
    let other = &all[random.below(all.len())];
    let other = &text[other.place.clone()];
    let by = match random.below(8) {
        // Left out.
        0 | 1 => String::new(),
        // Twice.
        2 => format!("{word} {word}"),
        // A slip of the finger.
        3 if token.is_word && word.len() > 2 => {
            let at = random.below(word.len() - 1);
            let mut letters: Vec<char> = word.chars().collect();
            letters.swap(at, at + 1);
            letters.into_iter().collect()
        }
        3 => match word {
            "->" => ["=>", "<-", "-", ">", ".", "|>"][random.below(6)].to_owned(),
            ";" => [",", ".", ":"][random.below(3)].to_owned(),
            "," => [";", ".", "->"][random.below(3)].to_owned(),
            "=" => [":", "==", "=>"][random.below(3)].to_owned(),
            "?" => "!".to_owned(),
            _ => return None,
        },
        // Another one of the flow, in its place or before it.
        4 if !other.contains('\n') => other.to_owned(),
        5 if !other.contains('\n') => format!("{other} {word}"),
        // In the place of its neighbour.
        6 => {
            let next = all.get(index + 1)?;
            if token.is_group || next.is_group {
                return None;
            }
            let between = &text[token.place.end..next.place.start];
            let by = format!("{}{between}{word}", &text[next.place.clone()]);
            return Some((token.place.start..next.place.end, by));
        }
        // Without its parentheses, or a word with some.
        7 if token.is_group => word[1..word.len() - 1].to_owned(),
        7 if token.is_word => format!("{word}()"),
        _ => return None,
    };
    (by != word).then(|| (token.place.clone(), by))
}
