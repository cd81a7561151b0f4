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

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream};

use crate::{
    graph::{NodeId, Use},
    plan::Root,
};

/// A block, by its place in the tree.
pub type BlockId = usize;

/// The blocks of a step, and of the steps that are written within it.
#[derive(Default)]
pub struct Tree {
    /// All of them; a block comes after the one around it.
    pub blocks: Vec<Block>,
}

/// A list of statements that work on one item.
pub struct Block {
    /// The block around it; of the outermost block, itself.
    pub parent: BlockId,
    /// The role of the block in the code.
    pub kind: Kind,
    /// The source of the item.
    pub origin: Origin,
    /// How often the code of the block is written.
    pub spread: usize,
    /// The code before all else, and behind it.
    pub ends: [TokenStream; 2],
    /// The declarations at its beginning.
    pub declared: BTreeMap<(NodeId, usize), TokenStream>,
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

/// The source of the item of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The block around it.
    Same,
    /// What a region pulls from.
    Root(Root),
    /// An operator that holds: what it gives because of an item.
    Pushed(NodeId),
    /// An operator that holds: what it gives at the end of input.
    Flushed(NodeId),
    /// Branches that met in one step.
    Met(NodeId),
    /// Items that waited at a fan-in.
    Waited(NodeId),
    /// A queue, in which each item has its token.
    Queued(NodeId),
    /// Nothing: the block works on no item.
    Apart,
}

/// A statement. `at` is the place of the user's word that is blamed for it.
pub enum Stmt {
    /// Code that no pass has to know of.
    Code(TokenStream),
    /// `let x = value;`
    Let { at: Span, value: TokenStream },
    /// `let x = value?;`, or `value?;`: an error leaves here.
    Raise(Raise),
    /// `let x = (item, …);`, with what the source says of the item.
    Meta {
        node: NodeId,
        at: Span,
        item: TokenStream,
    },
    /// `if condition { … }`
    If {
        at: Span,
        condition: TokenStream,
        body: BlockId,
    },
    /// `if let Some(pattern) = value { … }`
    IfSome {
        at: Span,
        pattern: TokenStream,
        value: TokenStream,
        body: BlockId,
        otherwise: TokenStream,
    },
    /// `if let pattern = value { … }`
    IfLet {
        at: Span,
        pattern: TokenStream,
        value: TokenStream,
        body: BlockId,
    },
    /// `for x in items { … }`, left where nobody needs more.
    Each {
        node: NodeId,
        at: Span,
        items: TokenStream,
        body: BlockId,
        ended: Option<TokenStream>,
    },
    /// `while let Some(pattern) = value { … }`
    While {
        at: Span,
        pattern: TokenStream,
        value: TokenStream,
        body: BlockId,
        behind: TokenStream,
    },
    /// `while condition { … }`
    Until {
        condition: TokenStream,
        body: BlockId,
    },
    /// `for pattern in [slots].into_iter().flatten() { … }`
    Slots {
        at: Span,
        pattern: TokenStream,
        slots: Vec<TokenStream>,
        body: BlockId,
    },
    /// `match on { pattern => { … } … }`
    Match {
        at: Span,
        on: TokenStream,
        arms: Vec<(TokenStream, BlockId)>,
    },
    /// `{ … }`
    Braces { at: Span, body: BlockId },
    /// The statements of a block, here.
    Place(BlockId),
    /// Branches that run at the same time.
    Join {
        at: Span,
        items: TokenStream,
        branches: Vec<(TokenStream, BlockId)>,
    },
    /// The chain of the item's key, and a loop over what comes out of it.
    Keyed {
        node: NodeId,
        item: TokenStream,
        body: BlockId,
        needed: Option<TokenStream>,
    },
    /// The item goes to another region.
    Send {
        node: NodeId,
        at: Span,
        feed: TokenStream,
        item: TokenStream,
    },
    /// A future begins in a cut.
    Start {
        node: NodeId,
        at: Span,
        feed: TokenStream,
        future: TokenStream,
    },
    /// The item goes back into a cycle: what is sent is `x` then.
    Back {
        node: NodeId,
        item: TokenStream,
        sent: Box<Stmt>,
    },
    /// The item waits in the queue of a union.
    Queue {
        node: NodeId,
        at: Span,
        item: TokenStream,
        bounded: bool,
    },
    /// The item waits until an operator that holds has given all.
    Stash {
        node: NodeId,
        at: Span,
        stash: TokenStream,
        item: TokenStream,
    },
    /// The item waits in a slot until the branches of the step meet.
    Slot {
        node: NodeId,
        at: Span,
        slot: TokenStream,
        item: TokenStream,
        how: Filled,
    },
    /// The item goes to an input of a fan-in, where it may wait for long.
    Wait { to: Use, code: TokenStream },
    /// The item goes into an operator that holds; what leaves is the body's.
    Hold {
        node: NodeId,
        at: Span,
        push: TokenStream,
        body: BlockId,
    },
    /// The item goes into a sink.
    Sink { node: NodeId, code: TokenStream },
    /// The item leaves the chain of a key: what follows works on it here.
    Leave { item: TokenStream },
    /// Code that comes after what an operator gave at the end of input, or a loop over
    /// what waited: tokens alone.
    After(Origin),
}

/// A `Result` whose error leaves the step.
pub struct Raise {
    /// The place of the statement.
    pub at: Span,
    /// The place of the `?`.
    pub question: Span,
    /// Whether the item is bound to what is in it.
    pub binds: bool,
    /// The `Result`.
    pub value: TokenStream,
    /// Whether its error may be of another type than the flow's.
    pub converts: bool,
}

/// The way a slot is filled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// Always, and once.
    Surely,
    /// By one of the branches of a union.
    Joined,
    /// Perhaps, by a branch that meets others.
    Meeting,
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
            declared: BTreeMap::new(),
            stmts: Vec::new(),
        });
        self.blocks.len() - 1
    }

    /// Returns whether nothing is done in a block.
    pub fn is_empty(&self, block: BlockId) -> bool {
        self.blocks[block].stmts.iter().all(|stmt| match stmt {
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

    /// Returns whether a block runs at most once each time that `home` does.
    pub fn runs_once(&self, block: BlockId, home: BlockId) -> bool {
        let mut inside = self.around(block).take_while(|each| *each != home);
        !inside.any(|each| self.repeats(each))
    }

    /// The places among `places`, in the order in which they stand in a block.
    pub fn in_order(&self, block: BlockId, places: &[BlockId]) -> Vec<BlockId> {
        let mut found = Vec::new();
        self.find(block, places, &mut found);
        found
    }

    fn find(&self, block: BlockId, places: &[BlockId], found: &mut Vec<BlockId>) {
        if places.contains(&block) {
            found.push(block);
        }
        for stmt in &self.blocks[block].stmts {
            for within in stmt.blocks() {
                self.find(within, places, found);
            }
        }
    }
}

impl Stmt {
    /// The blocks within a statement.
    pub fn blocks(&self) -> Vec<BlockId> {
        match self {
            Self::If { body, .. }
            | Self::IfSome { body, .. }
            | Self::IfLet { body, .. }
            | Self::Each { body, .. }
            | Self::While { body, .. }
            | Self::Slots { body, .. }
            | Self::Until { body, .. }
            | Self::Braces { body, .. }
            | Self::Place(body)
            | Self::Keyed { body, .. }
            | Self::Hold { body, .. } => vec![*body],
            Self::Match { arms, .. } | Self::Join { branches: arms, .. } => {
                arms.iter().map(|(_, block)| *block).collect()
            }
            Self::Code(_)
            | Self::Let { .. }
            | Self::Raise(_)
            | Self::Meta { .. }
            | Self::Send { .. }
            | Self::Start { .. }
            | Self::Queue { .. }
            | Self::Stash { .. }
            | Self::Slot { .. }
            | Self::Wait { .. }
            | Self::Sink { .. }
            | Self::Back { .. }
            | Self::Leave { .. }
            | Self::After(_) => Vec::new(),
        }
    }
}
