//! Tokens: what travels beside the items of a source that acknowledges.
//!
//! ```text
//! while let Some(x) = next(&mut stream_0).await {
//!     let (x, token) = ledger.accept(0, |all| &mut all.0, x);
//!     partition_1_tokens.keep(&token, ledger);
//!     if let Some(x) = partition_1.push(x) {
//!         let token = partition_1_tokens.take();      // of all that is in the batch
//!         sink_2(x).await;
//!         ledger.release(token);
//!     }
//!     ledger.release(token);
//! }
//! ```
//!
//! In every block `token` is that of `x`. It is released at the end of the block
//! in which it was made; what keeps the item for longer has taken it once more.
//! A block that is left by a `?` has released nothing.
//!
//! Where no source acknowledges, every function here gives what it was given.

mod sinks;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Index;

pub use self::sinks::{is_synced, sunk, written};
use super::names::Writer;
use crate::{
    graph::{NodeId, Use},
    operators::Form,
    plan::Root,
};

/// What keeps the tokens of what an operator holds.
enum Keeper {
    /// All that is held leaves together.
    Kept,
    /// Several batches, which have numbers.
    Batches,
    /// Windows that end with the last item.
    Window,
    /// Items that the operator numbers.
    Items,
    /// The inputs of a fan-in.
    Inputs(usize),
}

impl Writer<'_, '_, '_> {
    /// Whether tokens travel here at all.
    fn acknowledges(&self) -> bool {
        !self.plan.acknowledging.is_empty()
    }

    /// Whether what flows into a node has a token of its own.
    pub fn is_acked(&self, node: NodeId) -> bool {
        self.plan.acked[node]
    }

    fn ledger(&self) -> Ident {
        self.flag("ledger")
    }

    fn token(&self) -> Ident {
        self.flag("token")
    }

    fn keeper(&self, id: NodeId) -> Option<Keeper> {
        let node = &self.graph().nodes[id];
        if !self.is_acked(id) || node.is_cut() {
            return None;
        }
        match node.operator.form {
            Form::Hold if node.operator.name == "partition" && node.option("by").is_some() => {
                Some(Keeper::Batches)
            }
            Form::Hold | Form::Via => Some(Keeper::Kept),
            Form::HoldMany if node.operator.name != "window_by" => Some(Keeper::Items),
            Form::Slide | Form::HoldMany => Some(Keeper::Window),
            Form::Lanes => Some(Keeper::Inputs(node.inputs.len())),
            Form::Zip if !self.plan.is_lockstep(id) => Some(Keeper::Inputs(node.inputs.len())),
            _ => None,
        }
    }

    /// The way to a source in the ledger.
    fn path(&self, source: NodeId) -> (u32, TokenStream) {
        let all = self.plan.acknowledging.iter();
        let place = all.take_while(|each| **each != source).count();
        let rest = std::iter::repeat_n(Index::from(1), place);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        (place, quote!(|all| &mut all #(.#rest)* .0))
    }
}

/// The ledger and what keeps tokens: the set-up of a flow that acknowledges.
/// `lent`: the program works on what left the flow until it comes back.
pub fn setup(writer: &Writer<'_, '_, '_>, lent: bool) -> TokenStream {
    if !writer.acknowledges() {
        return TokenStream::new();
    }
    let sources = writer.plan.acknowledging.iter().rev();
    let sinks = writer.plan.order.iter();
    let sinks = sinks.filter(|node| is_synced(writer, **node));
    let sinks: Vec<Ident> = sinks.map(|node| writer.local(*node)).collect();
    let sources = sources.fold(quote!(()), |rest, source| {
        let source = writer.acks(*source);
        quote!((#source #(.behind(&#sinks))*, #rest))
    });
    let (ledger, new) = (writer.ledger(), writer.private(quote!(checkpoint::ledger)));
    let lent = lent.then(|| quote!(.lending()));
    let mut tokens = quote!(let #ledger = #new(#sources) #lent;);
    for &node in &writer.plan.order {
        let new = match writer.keeper(node) {
            None => continue,
            Some(Keeper::Kept) => quote!(Kept::new()),
            Some(Keeper::Batches) => quote!(Batches::new()),
            Some(Keeper::Window) => quote!(Window::new()),
            Some(Keeper::Items) => quote!(Items::new()),
            Some(Keeper::Inputs(inputs)) => quote!(Inputs::new(#inputs)),
        };
        let (keeper, new) = (
            writer.tokens(node),
            writer.private(quote!(checkpoint::#new)),
        );
        tokens.extend(quote!(let mut #keeper = #new;));
    }
    tokens
}

/// The locals of the set-up.
pub fn kept(writer: &Writer<'_, '_, '_>) -> Vec<Ident> {
    if !writer.acknowledges() {
        return Vec::new();
    }
    let nodes = writer.plan.order.iter();
    let held = nodes.filter(|node| writer.keeper(**node).is_some());
    let held = held.map(|node| writer.tokens(*node));
    std::iter::once(writer.ledger()).chain(held).collect()
}

/// The ledger, shared by all loops of a flow.
pub fn begin(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.acknowledges() {
        return TokenStream::new();
    }
    let ledger = writer.ledger();
    if writer.lent {
        quote!(let #ledger = &*#ledger; #ledger.turn();)
    } else {
        quote!(let #ledger = &#ledger;)
    }
}

/// What a turn of a flow that is pulled gives: there may be more where the
/// program has to come back for what left.
pub fn turned(writer: &Writer<'_, '_, '_>, turn: TokenStream) -> TokenStream {
    if !writer.acknowledges() {
        return turn;
    }
    let ledger = writer.ledger();
    let more = writer.flag("more");
    quote!(let #more = { #turn }; #more || #ledger.is_lent())
}

/// A block in which the token is this one.
fn block(writer: &Writer<'_, '_, '_>, token: &TokenStream, body: &TokenStream) -> TokenStream {
    let (name, ledger) = (writer.token(), writer.ledger());
    quote!(let #name = #token; #body #ledger.release(#name);)
}

/// A block in which the item was given with its token.
fn paired(writer: &Writer<'_, '_, '_>, pair: &TokenStream, body: &TokenStream) -> TokenStream {
    let (x, token, ledger) = (writer.x(), writer.token(), writer.ledger());
    quote!(let (#x, #token) = #pair; #body #ledger.release(#token);)
}

/// A step that begins with what a root gives.
pub fn rooted(writer: &Writer<'_, '_, '_>, root: Root, body: TokenStream) -> TokenStream {
    if !writer.acknowledges() {
        return body;
    }
    let x = writer.x();
    let from = match root {
        Root::Source(node) | Root::Results(node) => node,
        Root::Crossing(crossing) => writer.plan.crossings[crossing].from,
    };
    match root {
        Root::Source(node) if writer.graph().nodes[node].acknowledges() => {
            let (ledger, (place, path)) = (writer.ledger(), writer.path(node));
            paired(writer, &quote!(#ledger.accept(#place, #path, #x)), &body)
        }
        Root::Results(_) | Root::Crossing(_) if writer.is_acked(from) => {
            paired(writer, &quote!(#x), &body)
        }
        _ => {
            let none = writer.private(quote!(checkpoint::Token::none()));
            block(writer, &none, &body)
        }
    }
}

/// What is done apart from any step: nothing comes in with a token.
pub fn apart(writer: &Writer<'_, '_, '_>, code: TokenStream) -> TokenStream {
    if !writer.acknowledges() || code.is_empty() {
        return code;
    }
    let none = writer.private(quote!(checkpoint::Token::none()));
    let block = block(writer, &none, &code);
    quote!({ #block })
}

/// An item that waits for a node, together with its token.
pub fn with_token(writer: &Writer<'_, '_, '_>, node: NodeId, item: TokenStream) -> TokenStream {
    if !writer.is_acked(node) {
        return item;
    }
    let again = again(writer);
    quote!((#item, #again))
}

/// The witness of what waits for a node.
pub fn witness(writer: &Writer<'_, '_, '_>, node: NodeId, item: &Ident) -> TokenStream {
    if !writer.is_acked(node) {
        return quote!(#item);
    }
    let with_token = writer.private(quote!(checkpoint::with_token));
    quote!(#with_token(#item))
}

/// The pattern of what waited for a node.
pub fn pattern(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let (x, token) = (writer.x(), writer.token());
    if writer.is_acked(node) {
        quote!((#x, #token))
    } else {
        quote!(#x)
    }
}

/// The end of a block that began with such a pattern.
pub fn released(writer: &Writer<'_, '_, '_>, node: NodeId, body: TokenStream) -> TokenStream {
    if !writer.is_acked(node) {
        return body;
    }
    let (token, ledger) = (writer.token(), writer.ledger());
    quote!(#body #ledger.release(#token);)
}

/// The token once more.
fn again(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let (token, ledger) = (writer.token(), writer.ledger());
    quote!(#ledger.again(&#token))
}

/// A future that gives its output with the token.
pub fn along(writer: &Writer<'_, '_, '_>, node: NodeId, future: TokenStream) -> TokenStream {
    if !writer.is_acked(node) {
        return future;
    }
    let along = writer.private(quote!(checkpoint::along));
    let again = again(writer);
    quote!(#along(#future, #again))
}

/// What stands in a cut, with the tokens of what it holds.
pub fn hold(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let hold = writer.local(node);
    if !writer.is_acked(node) {
        return quote!(#hold);
    }
    let ledger = writer.ledger();
    match writer.graph().nodes[node].operator.name {
        "buffer" | "delay" => in_order(writer, &quote!(#hold)),
        "partition" if writer.graph().nodes[node].option("by").is_some() => {
            let in_keys = writer.private(quote!(checkpoint::in_keys));
            quote!(#in_keys(#hold, #ledger))
        }
        "in_order" => {
            let in_keys = writer.private(quote!(checkpoint::in_keys));
            quote!(#in_keys(#hold, #ledger))
        }
        "latest" | "debounce" | "sample" => {
            let newest = writer.private(quote!(checkpoint::newest));
            quote!(#newest(#hold, #ledger))
        }
        _ => {
            let in_batches = writer.private(quote!(checkpoint::in_batches));
            quote!(#in_batches(#hold, #ledger))
        }
    }
}

fn in_order(writer: &Writer<'_, '_, '_>, hold: &TokenStream) -> TokenStream {
    let in_order = writer.private(quote!(checkpoint::in_order));
    quote!(#in_order(#hold))
}

/// The ring of a crossing, with the tokens of what is in it.
pub fn ring(writer: &Writer<'_, '_, '_>, crossing: usize, ring: TokenStream) -> TokenStream {
    if writer.is_acked(writer.plan.crossings[crossing].from) {
        in_order(writer, &ring)
    } else {
        ring
    }
}

/// What `with_meta` gives.
pub fn with_meta(writer: &Writer<'_, '_, '_>, node: NodeId, item: &TokenStream) -> TokenStream {
    let Some(source) = crate::acknowledge::source_of(writer.graph(), node) else {
        return item.clone();
    };
    let (token, ledger, (_, path)) = (writer.token(), writer.ledger(), writer.path(source));
    quote!((#item, #ledger.meta(#path, &#token)))
}

/// An operator that holds takes an item, and gives something perhaps.
pub fn held(
    writer: &Writer<'_, '_, '_>,
    node: NodeId,
    push: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let (at, x) = (writer.place(node), writer.x());
    let some = quote_spanned!(at=> ::core::option::Option::Some(#x));
    let Some(keeper) = writer.keeper(node) else {
        return quote_spanned!(at=> if let #some = #push { #body });
    };
    let (op, tokens) = (writer.local(node), writer.tokens(node));
    let (token, ledger) = (writer.token(), writer.ledger());
    let keep = quote!(#tokens.keep(&#token, #ledger););
    let leaves = |token| block(writer, &token, body);
    match keeper {
        // What leaves is what was there before the item.
        Keeper::Kept if writer.graph().nodes[node].operator.name == "group_by" => {
            let body = leaves(quote!(#tokens.swap(&#token, #ledger)));
            quote_spanned!(at=> if let #some = #push { #body } else { #keep })
        }
        Keeper::Batches => {
            let given = writer.flag("given");
            let body = leaves(quote!(#tokens.take(#op.filled())));
            quote_spanned! {at=>
                let #given = #push;
                #tokens.keep(#op.filled(), &#token, #ledger);
                if let #some = #given { #body }
            }
        }
        Keeper::Window => {
            let body = leaves(quote!(#tokens.all(#ledger)));
            quote_spanned! {at=>
                #tokens.push(&#token, #ledger);
                #tokens.shrink(#op.size(), #ledger);
                if let #some = #push { #body }
            }
        }
        Keeper::Kept | Keeper::Items | Keeper::Inputs(_) => {
            let body = leaves(quote!(#tokens.take()));
            quote_spanned!(at=> #keep if let #some = #push { #body })
        }
    }
}

/// What an operator that gives several does with an item: what comes before the
/// loop over what it gives, the loop's body, and what comes after.
pub fn passed(writer: &Writer<'_, '_, '_>, node: NodeId, body: TokenStream) -> [TokenStream; 3] {
    let (tokens, token, ledger) = (writer.tokens(node), writer.token(), writer.ledger());
    let x = writer.x();
    match writer.keeper(node) {
        Some(Keeper::Kept) => {}
        Some(Keeper::Items) => {
            let op = writer.local(node);
            return [
                quote!(#tokens.push(&#token, #ledger);),
                numbered(writer, node, &body),
                quote!(#tokens.let_go(#op.numbers(), #ledger);),
            ];
        }
        Some(Keeper::Window) => {
            let op = writer.local(node);
            // What leaves is a window that the item is not in.
            let part = quote!(#tokens.part(#x.1.len(), 1, #ledger));
            return [
                quote!(#tokens.push(&#token, #ledger);),
                block(writer, &part, &body),
                quote!(#tokens.shrink(#op.longest(), #ledger);),
            ];
        }
        _ => return [TokenStream::new(), body, TokenStream::new()],
    }
    let holds = writer.private(quote!(op::pass_holds));
    let op = writer.held(&writer.local(node));
    [
        quote!(#tokens.keep(&#token, #ledger);),
        block(writer, &quote!(#tokens.share(#ledger)), &body),
        quote!(if !#holds(&#op) { #tokens.let_go(#ledger); }),
    ]
}

/// A block in which the item was given with the numbers of what it was made of.
fn numbered(writer: &Writer<'_, '_, '_>, node: NodeId, body: &TokenStream) -> TokenStream {
    let (tokens, ledger, x) = (writer.tokens(node), writer.ledger(), writer.x());
    let made = writer.flag("made");
    let body = block(writer, &quote!(#tokens.made(#made, #ledger)), body);
    quote!(let (#x, #made) = #x; #body)
}

/// What leaves an operator at the end of input: the body of the loop, and what
/// comes after it.
pub fn flushed(writer: &Writer<'_, '_, '_>, node: NodeId, body: TokenStream) -> [TokenStream; 2] {
    let tokens = writer.tokens(node);
    let ledger = writer.ledger();
    let is_via = writer.graph().nodes[node].operator.form == Form::Via;
    let none = TokenStream::new();
    match writer.keeper(node) {
        Some(Keeper::Kept) if is_via => [
            block(writer, &quote!(#tokens.share(#ledger)), &body),
            quote!(#tokens.let_go(#ledger);),
        ],
        Some(Keeper::Kept) => [block(writer, &quote!(#tokens.take()), &body), none],
        Some(Keeper::Items) => [numbered(writer, node, &body), quote!(#tokens.end(#ledger);)],
        Some(Keeper::Window) => {
            let x = writer.x();
            [
                block(writer, &quote!(#tokens.part(#x.1.len(), 0, #ledger)), &body),
                quote!(#tokens.shrink(0, #ledger);),
            ]
        }
        Some(Keeper::Batches) => [block(writer, &quote!(#tokens.take_first()), &body), none],
        _ if writer.acknowledges() => {
            let token = writer.private(quote!(checkpoint::Token::none()));
            [block(writer, &token, &body), none]
        }
        _ => [body, none],
    }
}

/// What is done with at the end of input: what is in a window, and what is the
/// latest of an input where nothing can leave any more.
pub fn ended(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let (op, tokens, ledger) = (writer.local(node), writer.tokens(node), writer.ledger());
    match (
        writer.keeper(node),
        writer.graph().nodes[node].operator.name,
    ) {
        (Some(Keeper::Window), _) => quote!(#tokens.shrink(0, #ledger);),
        // What waits for others that never came is lost, and comes again.
        (Some(Keeper::Inputs(_)), "zip_latest") => {
            quote!(if #op.is_over() { #tokens.let_go(1, #ledger); })
        }
        (Some(Keeper::Inputs(_)), _) => {
            quote!(if #op.is_over() { #tokens.let_go(0, #ledger); })
        }
        _ => TokenStream::new(),
    }
}

/// A fan-in whose inputs meet in one step: what keeps their tokens until then,
/// where they do not have the one that is there.
pub fn meeting(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    if !writer.is_acked(node) {
        return TokenStream::new();
    }
    let (tokens, new) = (
        writer.tokens(node),
        writer.private(quote!(checkpoint::Kept::new)),
    );
    quote!(let mut #tokens = #new();)
}

/// An item comes to such a fan-in.
pub fn met(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    if !writer.is_acked(node) {
        return TokenStream::new();
    }
    let (tokens, token, ledger) = (writer.tokens(node), writer.token(), writer.ledger());
    quote!(#tokens.keep(&#token, #ledger);)
}

/// All of them have met.
pub fn joined(writer: &Writer<'_, '_, '_>, node: NodeId, body: TokenStream) -> TokenStream {
    if !writer.is_acked(node) {
        return body;
    }
    let tokens = writer.tokens(node);
    block(writer, &quote!(#tokens.take()), &body)
}

/// An item has come to a fan-in at which it may wait for long.
pub fn waits(writer: &Writer<'_, '_, '_>, to: Use) -> TokenStream {
    if !matches!(writer.keeper(to.node), Some(Keeper::Inputs(_))) {
        return TokenStream::new();
    }
    let (tokens, token, ledger) = (writer.tokens(to.node), writer.token(), writer.ledger());
    let input = to.input;
    match len(writer, to.node, input) {
        Some(len) => quote!(#tokens.fill(#input, #len, &#token, #ledger);),
        None => quote!(#tokens.push(#input, &#token, #ledger);),
    }
}

/// How many wait at an input that may refuse an item.
fn len(writer: &Writer<'_, '_, '_>, id: NodeId, input: usize) -> Option<TokenStream> {
    let node = &writer.graph().nodes[id];
    match node.operator.name {
        "merge_keyed" | "cogroup" => {
            let (op, lane) = (writer.local(id), Index::from(input));
            Some(quote!(#op.lanes.#lane.len()))
        }
        "zip" if node.option("capacity").is_some() => {
            let queue = writer.slot(id, input);
            Some(quote!(#queue.len()))
        }
        _ => None,
    }
}

/// What leaves a fan-in at which items wait: the body of the loop, and what
/// comes after the loop.
pub fn met_late(writer: &Writer<'_, '_, '_>, id: NodeId, body: TokenStream) -> [TokenStream; 2] {
    let Some(Keeper::Inputs(inputs)) = writer.keeper(id) else {
        return [body, TokenStream::new()];
    };
    let node = &writer.graph().nodes[id];
    let (tokens, ledger, x) = (writer.tokens(id), writer.ledger(), writer.x());
    let len = (0..inputs).filter_map(|input| len(writer, id, input));
    let len = quote!(&[#(#len),*]);
    let capacity = node.option("capacity").is_some();
    let carries = writer.plan.flag(id, "carry") == Some(true);
    let (token, after) = match node.operator.name {
        "zip" if capacity => (
            quote! {
                if #x.is_ok() { #tokens.firsts(#ledger) } else { #tokens.beyond(#len, #ledger) }
            },
            quote!(#tokens.report(#ledger);),
        ),
        "zip" => (quote!(#tokens.firsts(#ledger)), TokenStream::new()),
        "zip_latest" if capacity => (
            quote! {
                if #x.is_ok() {
                    #tokens.first_with_latest(#ledger)
                } else {
                    #tokens.newest_of_first()
                }
            },
            quote!(#tokens.settle(1, #ledger);),
        ),
        "zip_latest" => (
            quote!(#tokens.first_with_latest(#ledger)),
            quote!(#tokens.settle(1, #ledger);),
        ),
        "combine_latest" => (
            quote!(#tokens.latest(#ledger)),
            quote!(#tokens.settle(0, #ledger);),
        ),
        _ if carries => (
            quote!(#tokens.left_with_last(#len, #ledger)),
            quote!(#tokens.report(#ledger);),
        ),
        _ => (
            quote!(#tokens.left(#len, #ledger)),
            quote!(#tokens.report(#ledger);),
        ),
    };
    [block(writer, &token, &body), after]
}
