//! Items that go back into cycles within a step: they wait, and are worked off at the end of
//! the block that sent it.

use quote::quote;

use super::{
    Lowering, Walk,
    tree::{BlockId, Kind, Origin, Stmt},
};
use crate::{
    code::demand::{Ask, Demands},
    graph::NodeId,
    sorted::{Map, Set},
};

impl Lowering<'_, '_, '_, '_> {
    /// Notes that an item goes back into a cycle whose loop has been left.
    pub(super) fn stray(&mut self, head: NodeId) {
        let scope = self.tree.scope(self.block);
        let around: Vec<BlockId> = self.tree.around(scope).collect();
        let kind = |block: &BlockId| self.tree.blocks[*block].kind;
        if around.iter().any(|block| kind(block) == Kind::Cycle(head)) {
            return;
        }
        // Not in a loop over what an operator lends: it may be needed.
        let free = |block: &&BlockId| kind(block) != Kind::LentLoop;
        let scopes = around.iter().rev();
        let scopes = scopes.filter(|block| kind(block) != Kind::Place);
        let scope = scopes.take_while(free).last().copied();
        let heads = self.walk.strays.or_default(scope.unwrap_or_default());
        heads.insert(head);
    }

    /// Works off, at the end of each block, what it sent back.
    pub(super) fn write_rounds(&mut self, walk: Walk) {
        if walk.is_round {
            return;
        }
        for (block, heads) in walk.strays {
            self.within(block, |step| step.rounds(heads));
        }
    }

    /// Works off what has gone back into cycles from outside of their loops, and into
    /// others from there.
    pub(super) fn rounds(&mut self, heads: Set<NodeId>) {
        let mut next: Vec<NodeId> = heads.into_iter().collect();
        let mut found: Map<NodeId, BlockId> = Map::new();
        let mut strays = Set::new();
        while let Some(head) = next.pop() {
            if found.contains_key(&head) {
                continue;
            }
            let before = self.begin(true);
            let round = self.root(Origin::Apart, |step| step.stage(head, &[]));
            let walk = self.end(before);
            found.insert(head, round);
            strays.extend(walk.strays.into_values().flatten());
            next.extend(&strays);
        }
        if strays.is_empty() {
            for round in found.into_values() {
                self.push(Stmt::Place(round));
            }
            return;
        }
        let waiting = found.keys().map(|head| {
            let queue = self.writer.queue(*head);
            let demand = Demands::new(self.writer, Ask::Needed).output(*head);
            let needed = demand.condition().map(|needed| quote!(&& (#needed)));
            quote!((!#queue.is_empty() #needed))
        });
        let condition = quote!(#(#waiting)||*);
        let body = self.tree.root(Origin::Same);
        let rounds = found.into_values().map(Stmt::Place);
        self.tree.blocks[body].stmts.extend(rounds);
        self.push(Stmt::Until { condition, body });
    }
}
