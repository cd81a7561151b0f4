//! Names: where each is defined, what it stands for, who reads it.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::{End, Ends, Found, NOWHERE, Name, Resolver};
use crate::{graph::NodeId, health::Health, syntax::Statement};

impl<'s> Resolver<'s, '_> {
    pub(super) fn collect_names(&mut self, statements: &'s [Statement]) {
        for (statement, each) in statements.iter().enumerate() {
            let Some(word) = &each.name else { continue };
            if let Some(first) = self.find_name(word) {
                let first = self.names[first].word.span();
                let help =
                    "choose another name; to merge several chains, feed a segment: `… -> name`";
                self.errors
                    .at(word.span(), format!("`{word}` is defined twice"), help);
                self.errors
                    .at(first, format!("`{word}` is defined here first"), "");
            } else {
                let text = word.unraw().to_string();
                self.places.insert(text, self.names.len());
                self.names.push(Name {
                    word,
                    statement,
                    ends: Ends::default(),
                });
            }
        }
    }

    /// A stage that was likely meant, where another word stands: whether it is
    /// used or fed there is no telling.
    pub(super) fn forgive(&mut self, word: &str) {
        for name in &mut self.names {
            if name.word == word {
                name.ends.health.broken = true;
                self.lost.push(name.word.clone());
            }
        }
    }

    pub(super) fn is_defined(&self, word: &Ident) -> bool {
        self.find_name(word).is_some()
    }

    /// Returns the place of a defined name; `r#a` is `a`, as to Rust.
    fn find_name(&self, word: &Ident) -> Option<usize> {
        self.places.get(&word.unraw().to_string()).copied()
    }

    /// Returns what comes out of the chain of this name.
    pub(super) fn find_end(&mut self, word: &Ident) -> Found {
        let mut path = vec![word.clone()];
        let mut word = word;
        loop {
            let Some(name) = self.find_name(word).map(|place| &self.names[place]) else {
                return Found::Unknown;
            };
            match name.ends.end {
                Some(End::Node(node) | End::Arm(node, _)) => return Found::Node(node),
                None => return Found::Broken,
                Some(End::Alias(next)) => {
                    if let Some(start) = path.iter().position(|each| each == next) {
                        let mut names: Vec<String> =
                            path[start..].iter().map(Ident::to_string).collect();
                        names.push(names[0].clone());
                        names.reverse();
                        let wrong = format!(
                            "nothing feeds these stages, they are defined by each other: {}",
                            names.join(" -> ")
                        );
                        let help = "start one of them with a source";
                        self.errors.at(name.word.span(), wrong, help);
                        for name in &mut self.names {
                            if path.contains(name.word) {
                                name.ends = Ends {
                                    health: Health::BROKEN,
                                    ..Ends::default()
                                };
                            }
                        }
                        return Found::Broken;
                    }
                    path.push(next.clone());
                    word = next;
                }
            }
        }
    }

    /// Inputs that read a name.
    pub(super) fn connect_reads(&mut self) {
        for (node, input, word, _) in std::mem::take(&mut self.reads) {
            match self.find_end(word) {
                Found::Node(from) => {
                    self.check_read(from, word);
                    self.graph.nodes[node].inputs[input].from = from;
                    let known = !self.graph.nodes[from].is_unclear();
                    self.graph.nodes[node].health.broken |= !known;
                }
                Found::Unknown | Found::Broken => self.graph.nodes[node].health.broken = true,
            }
        }
        for word in std::mem::take(&mut self.lost) {
            if let Found::Node(node) = self.find_end(&word) {
                self.graph.nodes[node].health.lost = true;
            }
        }
        // What could not be connected has been reported: leave it out.
        for node in &mut self.graph.nodes {
            let before = node.inputs.len();
            node.inputs.retain(|edge| edge.from != NOWHERE);
            node.health.broken |= node.inputs.len() < before;
        }
    }

    pub(super) fn check_read(&mut self, from: NodeId, word: &Ident) {
        let node = &self.graph.nodes[from];
        if node.operator.is_sink() && !node.health.broken {
            let sink = node.operator.name;
            self.errors.at(
                word.span(),
                format!("nothing flows out of `{word}`: it ends in the sink `{sink}`"),
                "read the stage before it",
            );
        }
    }
}
