//! Tokens that stand for several: lists, used again and again.

use super::token::{Holds, Token};

/// The lists of one flow.
#[derive(Default)]
pub(super) struct Joins {
    lists: Vec<List>,
    /// The lists that nobody holds; each keeps its memory.
    free: Vec<usize>,
}

struct List {
    /// Says how many tokens stand for it.
    holders: usize,
    members: Vec<Token>,
    /// The cut that its item went into and has not left, where that may be left early.
    cut: Option<usize>,
}

impl Joins {
    /// A list that one token stands for.
    pub(super) fn open(&mut self) -> usize {
        if let Some(list) = self.free.pop() {
            self.lists[list].holders = 1;
            return list;
        }
        self.lists.push(List {
            holders: 1,
            members: Vec::new(),
            cut: None,
        });
        self.lists.len() - 1
    }

    /// A list of one item, which goes into a cut that may be left early.
    pub(super) fn open_in(&mut self, cut: usize, token: Token) -> usize {
        let list = self.open();
        self.lists[list].cut = Some(cut);
        self.put(list, token);
        list
    }

    /// Returns whether a token stands for an item that is in a cut, also by way of others.
    pub(super) fn is_in_cut(&self, token: &Token) -> bool {
        let Holds::List(list) = token.holds() else {
            return false;
        };
        let List { cut, members, .. } = &self.lists[list];
        cut.is_some() || members.iter().any(|member| self.is_in_cut(member))
    }

    /// Gives what a list stood for before its items went into a cut.
    pub(super) fn each_before(&self, list: usize, give: &mut impl FnMut(Token)) {
        for member in &self.lists[list].members {
            match member.holds() {
                Holds::List(list) if self.is_in_cut(member) => self.each_before(list, give),
                _ => give(member.copy()),
            }
        }
    }

    /// Gives to `released` all that is in a cut.
    pub(super) fn abandon(&mut self, cut: usize, released: &mut Vec<Token>) {
        let left = self.lists.iter_mut().filter(|list| list.cut == Some(cut));
        left.for_each(|list| released.append(&mut list.members));
    }

    /// Returns how many lists there are.
    #[cfg(test)]
    pub(super) fn made(&self) -> usize {
        self.lists.len()
    }

    pub(super) fn hold(&mut self, list: usize) {
        self.lists[list].holders += 1;
    }

    /// Returns whether only one token stands for it, so that it may grow.
    pub(super) fn is_own(&self, list: usize) -> bool {
        self.lists[list].holders == 1
    }

    pub(super) fn last(&self, list: usize) -> Option<&Token> {
        self.lists[list].members.last()
    }

    pub(super) fn put(&mut self, list: usize, token: Token) {
        self.lists[list].members.push(token);
    }

    /// Gives each item that a token stands for, by its source and its place there, also by way
    /// of lists.
    pub(super) fn each_item(&self, token: &Token, give: &mut impl FnMut(u32, u64)) {
        match token.holds() {
            Holds::Nothing => {}
            Holds::Item(source, place) => give(source, place),
            Holds::List(list) => {
                let members = self.lists[list].members.iter();
                members.for_each(|member| self.each_item(member, give));
            }
        }
    }

    /// One token less stands for it. With the last of them its members go to
    /// `released`.
    pub(super) fn let_go(&mut self, list: usize, released: &mut Vec<Token>) {
        let each = &mut self.lists[list];
        each.holders -= 1;
        if each.holders == 0 {
            each.cut = None;
            released.append(&mut each.members);
            self.free.push(list);
        }
    }
}
