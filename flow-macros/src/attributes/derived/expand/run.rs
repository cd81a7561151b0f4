//! Defines what happens when the record is made.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::attributes::derived::Derivation;
use crate::attributes::derived::arguments::{Argument, Kept};

/// One making: get the sources, hand out the arguments, call the function.
pub(super) fn run(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation {
        arguments, options, ..
    } = derivation;
    let again = arguments
        .iter()
        .filter(|argument| options.retry.is_some() && matches!(argument.kept, Kept::Owned))
        .map(|Argument { ty, .. }| quote_spanned!(ty.span()=> #private::given_again::<#ty>();));
    let owned = || {
        let owned = |argument: &&Argument| matches!(argument.kept, Kept::Owned);
        arguments.iter().filter(owned)
    };
    let handed = owned().map(|argument| {
        let (local, field, text) = (argument.local(), argument.field(), &argument.text);
        if argument.is_plain() {
            return quote!(let #local = ::core::clone::Clone::clone(&self.#field););
        }
        quote!(let #local = (&#private::Handing::new(&self.#field, #text)).hand()?;)
    });
    let traits = owned().find(|argument| !argument.is_plain()).map(|_| {
        quote! {
            #[allow(unused_imports)]
            use #private::{HandClone as _, HandOnce as _};
        }
    });
    let kind = derivation.record();
    let key = derivation.key();
    let attempts = attempts(derivation);
    let sources = sources(derivation);
    let call = call(derivation);
    // What the function gives may be no record, and what it fails with no error: then
    // its return type is to blame.
    let at = output(derivation);
    let [attempt, made, failure] = ["attempt", "made", "failure"]
        .map(|name| Ident::new(name, Span::mixed_site().located_at(at)));
    let (judge, judging) = (judge(derivation), derivation.private_at(at));
    let judged = quote_spanned! {at=>
        let #made = #call;
        let #failure = #judging::failure(&#made);
        (&#judging::judged)(#made, #judge)
    };
    quote! {
        #traits
        #(#again)*
        #sources
        let #attempt = async || {
            #(#handed)*
            #judged
        };
        #private::derive(#kind, #key, #attempts, #attempt).await
    }
}

/// Returns what is asked of the function's error.
fn judge(derivation: &Derivation) -> TokenStream {
    let at = output(derivation);
    let private = derivation.private_at(at);
    let options = &derivation.options;
    let failure = Ident::new("failure", Span::mixed_site().located_at(at));
    let mut judge = quote_spanned!(at=> #private::Judge::of(#private::erasing(#failure).kind()));
    for (word, f) in [&options.retry_if, &options.retry_after]
        .into_iter()
        .flatten()
    {
        judge = quote_spanned!(word.span()=> #judge.#word(#failure, #f));
    }
    judge
}

/// The call itself, and what it gives as the runtime wants it.
fn call(derivation: &Derivation) -> TokenStream {
    let private = derivation.private_at(output(derivation));
    let Derivation {
        record,
        function,
        arguments,
        options,
        ..
    } = derivation;
    let ident = &function.sig.ident;
    let turbofish = derivation.generics.turbofish();
    let name = quote!(#ident #turbofish);
    let passed = arguments.iter().map(|argument| {
        let field = argument.field();
        match argument.kept {
            Kept::Owned => argument.local().into_token_stream(),
            Kept::Shared => quote!(self.#field),
            Kept::Source(_) => quote!(&self.#field),
        }
    });
    let output = output(derivation);
    if options.blocking.is_some() {
        let names: Vec<_> = arguments.iter().map(Argument::local).collect();
        let f = quote_spanned!(output=> |(#(#names,)*)| #name(#(#names),*));
        // Where one of them cannot be sent, the list of arguments is to blame.
        let list = function.sig.paren_token.span.join();
        let spawn = derivation.private_at(list);
        // What a time-out leaves running holds up what follows.
        let left = quote!(static LEFT: #private::Shared = #private::shared(););
        let running = quote_spanned!(list=> #spawn::blocking(&LEFT, (#(#names,)*), #f));
        return quote_spanned! {output=> {
            #left
            (&#private::made::<#record, _, _>)(#private::finished(#running).await?)
        }};
    }
    let awaited = function.sig.asyncness.as_ref().map(|_| quote!(.await));
    quote_spanned!(output=> (&#private::made::<#record, _, _>)(#name(#(#passed),*) #awaited))
}

/// The place of the function's return type.
fn output(derivation: &Derivation) -> Span {
    let signature = &derivation.function.sig;
    match &signature.output {
        syn::ReturnType::Type(_, output) => output.span(),
        syn::ReturnType::Default => signature.ident.span(),
    }
}

/// Getting the sources, all at once.
fn sources(derivation: &Derivation) -> Option<TokenStream> {
    let private = derivation.private();
    let Derivation { arguments, .. } = derivation;
    let kind = derivation.record();
    let key = derivation.key();
    let sources = arguments.iter().filter(|argument| argument.is_source());
    let got = sources.map(|argument| {
        let field = argument.field();
        let name = argument.name.unraw().to_string();
        quote!(#private::source(#kind, #key, #name, &self.#field))
    });
    let all = got.reduce(|first, second| quote!(#private::join(#first, #second)))?;
    Some(quote!(#all.await?;))
}

/// Returns how often and how long.
fn attempts(derivation: &Derivation) -> TokenStream {
    let Derivation {
        runtime, options, ..
    } = derivation;
    let private = derivation.private();
    let timeout = match options.timeout {
        None => quote!(::core::option::Option::None),
        Some(timeout) => {
            let milliseconds = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
            quote!(::core::option::Option::Some(
                ::core::time::Duration::from_millis(#milliseconds)
            ))
        }
    };
    let retry = match &options.retry {
        None => quote!(#runtime::Retry::times(0)),
        Some(retry) => {
            quote_spanned!(retry.span()=> ::core::convert::Into::<#runtime::Retry>::into(#retry))
        }
    };
    quote!(&#private::attempts(#timeout, #retry))
}
