//! The expansion that the README shows is the one that users get.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};

use crate::{compile, snapshots};

const README: &str = include_str!("../../README.md");

/// The Rust blocks of the README, in their order.
fn blocks() -> Vec<syn::Block> {
    let blocks = README.split("```rust\n").skip(1);
    blocks
        .map(|rest| {
            let (block, _) = rest.split_once("```").expect("a block ends");
            syn::parse_str(&format!("{{ {block} }}")).expect("the README holds Rust")
        })
        .collect()
}

/// The tokens within the first `flow!`.
struct FirstFlow(Option<TokenStream>);

impl Visit<'_> for FirstFlow {
    fn visit_macro(&mut self, found: &syn::Macro) {
        if found.path.is_ident("flow") {
            self.0.get_or_insert_with(|| found.tokens.clone());
        }
        visit::visit_macro(self, found);
    }
}

/// The first block expression, which a method is called on.
struct FirstBlock(Option<syn::ExprBlock>);

impl Visit<'_> for FirstBlock {
    fn visit_expr_block(&mut self, found: &syn::ExprBlock) {
        self.0.get_or_insert_with(|| found.clone());
    }
}

/// Without what the README leaves out: paths, the graph, commas at an end.
fn shortened(tokens: &TokenStream) -> String {
    snapshots::shortened(tokens).replace(" ,)", ")")
}

#[test]
fn the_expansion_is_the_real_one() {
    let blocks = blocks();
    let mut flow = FirstFlow(None);
    flow.visit_block(&blocks[0]);
    let tokens = flow.0.expect("the first block has a flow");
    let real = compile::flow(&quote!(::flow_runtime), tokens);
    let real: syn::Expr = syn::parse2(real).expect("an expression");

    let mut shown = FirstBlock(None);
    shown.visit_block(&blocks[1]);
    let shown = shown.0.expect("the second block has the expansion");
    assert_eq!(
        shortened(&shown.to_token_stream()),
        shortened(&real.to_token_stream())
    );
}
