//! Values: the expressions behind an operator, an option, an attribute.
//!
//! A literal, a word or a closure is the same wherever it comes from. In parentheses,
//! or as the `$value` of a macro, it stands in a group of its own; that is left out
//! here, so that nobody who reads values has to look into it.

use syn::{Expr, ExprGroup, ExprParen, parse::ParseStream};

/// An expression, without a group that is around all of it.
pub(super) fn parse_value(input: ParseStream<'_>) -> syn::Result<Expr> {
    input.parse().map(bare)
}

/// An expression without the groups around it.
pub(super) fn bare(value: Expr) -> Expr {
    match value {
        Expr::Paren(ExprParen { attrs, expr, .. }) | Expr::Group(ExprGroup { attrs, expr, .. })
            if attrs.is_empty() =>
        {
            bare(*expr)
        }
        Expr::Tuple(mut tuple) => {
            tuple.elems = tuple.elems.into_iter().map(bare).collect();
            Expr::Tuple(tuple)
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::{ToTokens, quote};
    use syn::parse::Parser;

    use super::*;

    /// As the tokens of a macro's `$value`.
    fn captured(tokens: TokenStream) -> TokenStream {
        TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
    }

    fn value(tokens: TokenStream) -> String {
        let value = parse_value.parse2(tokens).expect("an expression");
        value.to_token_stream().to_string()
    }

    #[test]
    fn groups_around_a_value_are_left_out() {
        let three = quote!(3);
        for tokens in [
            quote!((3)),
            quote!((3)),
            captured(three.clone()),
            captured(captured(three.clone())),
            captured(quote!((3))),
        ] {
            assert_eq!(value(tokens), "3");
        }
        let (a, b) = (captured(quote!(a)), captured(quote!(b)));
        assert_eq!(value(quote!((#a, #b))), "(a , b)");
        assert_eq!(value(quote!((1 + 2) * 3)), "(1 + 2) * 3");
    }
}
