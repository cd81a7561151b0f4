//! The statements of a step.

use proc_macro2::{Span, TokenStream};

use crate::{
    graph::{NodeId, Use},
    names::{Held, Way},
    plan::Root,
};

/// A block, by its place in the tree.
pub type BlockId = usize;

/// The source of the item of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The block around it.
    Same,
    /// The root that a region pulls from.
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
    /// An item goes this way now. It is no code, unless the flow is observed.
    Passes(Way),
    /// Items are counted that have gone so far: by a counter.
    Count(usize),
    /// Publishes the counts, as often as this counter says.
    Publish(usize),
    /// Code that no pass has to know of.
    Code(TokenStream),
    /// `let x = value;`
    Let { at: Span, value: TokenStream },
    /// A turn awaits this between two of its parts: what follows is the second.
    Await { at: Span, future: TokenStream },
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
        /// True when the flow may be told to stop, and looks up within a loop without end.
        stops: bool,
        /// The counter that says how often the counts are published meanwhile: the loop goes in
        /// runs then.
        published: Option<usize>,
    },
    /// `while let Some(pattern) = value { … }`; `drains`: `for pattern in value { … }`;
    /// `apart`: an error of one item is none of the others'.
    While {
        drains: bool,
        apart: bool,
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
        /// The steps of the errors of each `? else` in the chain.
        sides: Vec<BlockId>,
    },
    /// The item goes to another region.
    Send {
        node: NodeId,
        /// The root that it is there.
        into: Root,
        at: Span,
        feed: TokenStream,
        item: TokenStream,
        held: Option<Held>,
    },
    /// A future begins in a cut.
    Start {
        node: NodeId,
        at: Span,
        feed: TokenStream,
        future: TokenStream,
        held: Option<Held>,
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
    /// The item leaves the flow, or a chain that is copied, at its end.
    Give { node: NodeId, item: TokenStream },
    /// The item leaves the chain of a key: what follows works on it here. `side`: it is an
    /// error of a `? else`.
    Leave {
        side: Option<usize>,
        item: TokenStream,
    },
    /// Code that comes after what an operator gave at the end of input, or a loop over
    /// what waited: tokens alone.
    After(Origin),
}

/// A `Result` whose error leaves the step.
pub struct Raise {
    /// The node that gave it, where it is one of the flow's.
    pub node: Option<NodeId>,
    /// True where nothing of the flow goes on behind the error.
    pub fatal: bool,
    /// The place of the statement.
    pub at: Span,
    /// The place of the `?`.
    pub question: Span,
    /// True when the item is bound to what is in it.
    pub binds: bool,
    /// The `Result`.
    pub value: TokenStream,
    /// True when its error may be of another type than the flow's.
    pub converts: bool,
    /// True when the item that failed has a token. The block around may go on, so the token
    /// is withheld.
    pub withholds: bool,
}

impl Raise {
    /// `let x = x?;`, of a `Result` that is the library's; `node`: whose error it is, where none
    /// has told it yet.
    pub fn opening(node: Option<NodeId>, value: TokenStream) -> Self {
        Self {
            node,
            fatal: false,
            at: Span::call_site(),
            question: Span::call_site(),
            binds: true,
            value,
            converts: true,
            withholds: false,
        }
    }

    /// Raises what the chain of a key did.
    pub fn of_chain(value: TokenStream) -> Self {
        Self {
            binds: false,
            converts: false,
            ..Self::opening(None, value)
        }
    }
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
            | Self::Hold { body, .. } => vec![*body],
            Self::Keyed { body, sides, .. } => [*body].iter().chain(sides).copied().collect(),
            Self::Match { arms, .. } | Self::Join { branches: arms, .. } => {
                arms.iter().map(|(_, block)| *block).collect()
            }
            Self::Passes(_)
            | Self::Count(_)
            | Self::Publish(_)
            | Self::Code(_)
            | Self::Let { .. }
            | Self::Await { .. }
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
            | Self::Give { .. }
            | Self::Leave { .. }
            | Self::After(_) => Vec::new(),
        }
    }
}
