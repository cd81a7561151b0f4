//! The tree of a step: blocks of statements, each of which knows where its item comes
//! from. Passes read and change it; then it is printed.
//!
//! ```text
//! for x in from_0 {                   Block { origin: Root(..) }
//!     let x = map_1(x);                   Let
//!     if filter_2(&x) {                   If
//!         count_3.push(x);                    Sink
//!     }
//! }
//! ```
//!
//! Nesting is the scope: what is declared in a block is seen in the blocks within it.
//! Expressions are tokens with spans of the user's; what a pass has to know of is a
//! statement of its own.

use proc_macro2::TokenStream;

pub use super::stmt::{BlockId, Filled, Origin, Raise, Stmt};
use crate::{
    graph::NodeId,
    sorted::{Map, Set},
};

/// The blocks of a step, and of the steps that are written within it.
#[derive(Default)]
pub struct Tree {
    /// All of them; a block comes after the one around it.
    pub blocks: Vec<Block>,
}

/// The places of some blocks, by the order in which they stand in one.
pub type Places = Map<BlockId, usize>;

/// A list of statements that work on one item.
pub struct Block {
    /// The block around it; of the outermost block, itself.
    pub parent: BlockId,
    /// The role of the block in the code.
    pub kind: Kind,
    /// The source of the item.
    pub origin: Origin,
    /// The number of times that the code of the block is written.
    pub spread: usize,
    /// The code before all else, and behind it.
    pub ends: [TokenStream; 2],
    /// The declarations at its beginning.
    pub declared: Map<(NodeId, usize), TokenStream>,
    /// The statements, in order.
    pub stmts: Vec<Stmt>,
}

/// The role of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The whole of a step.
    Step,
    /// The body of an `if`, or an arm.
    Part,
    /// The body of a loop.
    Loop,
    /// The body of a loop over what an operator lends, which may not be needed for
    /// anything else there.
    LentLoop,
    /// The code of what follows a union, at one of several inputs.
    Copy,
    /// The body of the loop that works off what comes back to this node.
    Cycle(NodeId),
    /// Code in its place, with or without braces: no scope of its own.
    Place,
}

impl Tree {
    /// Adds a block within another one.
    pub fn open(&mut self, parent: BlockId, kind: Kind, origin: Origin) -> BlockId {
        let spread = self.blocks[parent].spread;
        self.add(parent, kind, origin, spread)
    }

    /// Adds an outermost block.
    pub fn root(&mut self, origin: Origin) -> BlockId {
        self.add(self.blocks.len(), Kind::Step, origin, 1)
    }

    fn add(&mut self, parent: BlockId, kind: Kind, origin: Origin, spread: usize) -> BlockId {
        self.blocks.push(Block {
            parent,
            kind,
            origin,
            spread,
            ends: Default::default(),
            declared: Map::new(),
            stmts: Vec::new(),
        });
        self.blocks.len() - 1
    }

    /// Returns whether nothing is done in a block.
    pub fn is_empty(&self, block: BlockId) -> bool {
        self.blocks[block].stmts.iter().all(|stmt| match stmt {
            Stmt::Passes(_) => true,
            Stmt::Code(code) => code.is_empty(),
            Stmt::Place(block) => self.is_empty(*block),
            _ => false,
        })
    }

    /// Returns whether a block works on no item.
    pub fn is_apart(&self, block: BlockId) -> bool {
        self.blocks[block].origin == Origin::Apart
    }

    /// The scope that a block is, or lies in.
    pub fn scope(&self, mut block: BlockId) -> BlockId {
        while self.blocks[block].kind == Kind::Place {
            block = self.blocks[block].parent;
        }
        block
    }

    /// The blocks around a block, itself first, the outermost last.
    pub fn around(&self, block: BlockId) -> impl Iterator<Item = BlockId> {
        let parent = |block: &BlockId| {
            let parent = self.blocks[*block].parent;
            (parent != *block).then_some(parent)
        };
        std::iter::successors(Some(block), parent)
    }

    /// The copies of code that a block lies in, the outermost first.
    pub fn copies(&self, block: BlockId) -> Vec<BlockId> {
        let is_copy = |block: &BlockId| self.blocks[*block].kind == Kind::Copy;
        let mut copies: Vec<_> = self.around(block).filter(is_copy).collect();
        copies.reverse();
        copies
    }

    /// The innermost loop around all of some blocks, or the step: what a `filter` lets
    /// pass meets when all branches of the item are done, as without it.
    pub fn meeting(&self, blocks: impl Iterator<Item = BlockId>) -> BlockId {
        let met = blocks.reduce(|a, b| self.meet(a, b)).unwrap_or_default();
        let loops = |block: &BlockId| self.repeats(*block) || self.blocks[*block].parent == *block;
        self.around(met).find(loops).unwrap_or_default()
    }

    /// The innermost block around both.
    fn meet(&self, mut a: BlockId, mut b: BlockId) -> BlockId {
        // A block's number is larger than its parent's.
        while a != b {
            if a > b {
                a = self.blocks[a].parent;
            } else {
                b = self.blocks[b].parent;
            }
        }
        a
    }

    /// Returns whether the body of a block may run several times.
    pub fn repeats(&self, block: BlockId) -> bool {
        use Kind::{Copy, Cycle, LentLoop, Loop};
        matches!(self.blocks[block].kind, Loop | LentLoop | Copy | Cycle(_))
    }

    /// Returns whether a block runs at most once in a step.
    pub fn runs_once_a_step(&self, block: BlockId) -> bool {
        !self.around(block).any(|each| self.repeats(each))
    }

    /// Returns whether a block runs at most once each time that `home` does.
    pub fn runs_once(&self, block: BlockId, home: BlockId) -> bool {
        let mut inside = self.around(block).take_while(|each| *each != home);
        !inside.any(|each| self.repeats(each))
    }

    /// These places, in the order in which they stand in a block.
    pub fn in_order(&self, block: BlockId, places: &Set<BlockId>) -> Places {
        let mut found = Places::new();
        self.find(block, places, &mut found);
        found
    }

    fn find(&self, block: BlockId, places: &Set<BlockId>, found: &mut Places) {
        if places.contains(&block) {
            found.insert(block, found.len());
        }
        for stmt in &self.blocks[block].stmts {
            for within in stmt.blocks() {
                self.find(within, places, found);
            }
        }
    }
}
