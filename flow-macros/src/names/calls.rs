//! The runtime items that an expansion calls, and the places they are blamed on.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Token;

use super::Writer;
use crate::{excerpt::location, graph::NodeId};

impl Writer<'_, '_, '_> {
    /// One of the items expansions name.
    pub fn private(&self, path: TokenStream) -> TokenStream {
        let krate = self.root(None);
        quote!(#krate::__private::#path)
    }

    /// A constant of the runtime's operators.
    pub fn constant(&self, name: &str) -> TokenStream {
        let name = Ident::new(name, Span::call_site());
        self.private(quote!(op::#name))
    }

    /// As [`private`](Self::private), at the place of a token of the user's.
    pub fn private_at(&self, at: Span, path: &str) -> TokenStream {
        let krate = self.root(Some(at));
        let path = path.split("::").map(|word| Ident::new(word, at));
        quote_spanned!(at=> #krate::__private #(::#path)*)
    }

    /// The same tokens, in the place that rustc is to blame for them.
    pub fn placed(at: Span, tokens: TokenStream) -> TokenStream {
        let tokens = tokens.into_iter().map(|mut token| {
            token.set_span(token.span().located_at(at));
            token
        });
        tokens.collect()
    }

    /// A call of a constructor: its name has the span of the user's word, so
    /// that an editor shows its documentation there and rustc blames it there.
    pub fn call(&self, span: Span, name: &str, inside: &TokenStream) -> TokenStream {
        let at = self.at(span);
        let path = self.constructor(at, name);
        quote_spanned!(at=> #path(#inside))
    }

    /// As [`call`](Self::call), with a `::<…>`.
    pub fn call_generic(
        &self,
        span: Span,
        name: &str,
        generics: &TokenStream,
        inside: &TokenStream,
    ) -> TokenStream {
        let at = self.at(span);
        let path = self.constructor(at, name);
        quote_spanned!(at=> #path #generics(#inside))
    }

    /// As [`call_generic`](Self::call_generic), where rustc is to blame the word
    /// for a function that does not fit.
    pub fn call_blamed(
        &self,
        span: Span,
        name: &str,
        generics: &TokenStream,
        inside: &TokenStream,
    ) -> TokenStream {
        let at = self.at(span);
        let path = self.constructor(at, name);
        // What is called is not a path, so rustc does not go on from its bounds to
        // the argument.
        quote_spanned!(at=> (&#path #generics)(#inside))
    }

    /// A constructor.
    fn constructor<'a>(&'a self, at: Span, name: &'a str) -> Constructor<'a> {
        Constructor {
            krate: self.root(Some(at)),
            path: ["__private", "op", name],
            at,
        }
    }

    /// The runtime crate, named at the place of a token of the user's where one is given.
    fn root(&self, at: Option<Span>) -> Root<'_> {
        Root {
            tokens: &self.root,
            at,
        }
    }

    /// The place of a stage, as its errors tell it.
    pub fn stage(&self, node: NodeId) -> TokenStream {
        let each = &self.graph().nodes[node];
        let (name, operator) = (each.stage(), each.operator.name);
        let location = location(each.span);
        let stage = self.private(quote!(op::Stage));
        quote! {
            #stage {
                name: #name,
                operator: #operator,
                location: #location,
            }
        }
    }
}

/// The path of a constructor: token by token, as the crate's.
struct Constructor<'w> {
    krate: Root<'w>,
    path: [&'w str; 3],
    at: Span,
}

impl ToTokens for Constructor<'_> {
    fn to_tokens(&self, stream: &mut TokenStream) {
        self.krate.to_tokens(stream);
        for word in self.path {
            Token![::](self.at).to_tokens(stream);
            Ident::new(word, self.at).to_tokens(stream);
        }
    }
}

/// The runtime crate, token by token: a stream in a stream is copied by the compiler, call by
/// call.
struct Root<'w> {
    tokens: &'w [TokenTree],
    at: Option<Span>,
}

impl ToTokens for Root<'_> {
    fn to_tokens(&self, stream: &mut TokenStream) {
        stream.extend(self.tokens.iter().cloned().map(|mut token| {
            if let Some(at) = self.at {
                token.set_span(at);
            }
            token
        }));
    }
}
