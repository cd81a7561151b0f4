//! `#[allow(…)]` of a statement, on what is built of it.
//!
//! ```text
//! #[allow(deprecated)]
//! let (mut map_1, item_1) = op::map(item_0, |x| old(x));
//! ```

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Block, parse::Parser};

/// Puts the attributes on every statement of some code.
pub fn allowed(allows: &[Attribute], code: TokenStream) -> TokenStream {
    if allows.is_empty() {
        return code;
    }
    match Block::parse_within.parse2(code.clone()) {
        Ok(statements) => {
            let statements = statements.iter();
            statements.map(|each| quote!(#(#allows)* #each)).collect()
        }
        Err(_) => code,
    }
}
