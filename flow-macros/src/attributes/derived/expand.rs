//! From the derivation to the artifact type.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Ident, Type};

use super::Derivation;
use super::arguments::{Argument, Kept};

pub(super) fn expand(derivation: &Derivation) -> TokenStream {
    let parts = [
        structure(derivation),
        constructor(derivation),
        debug(derivation),
        artifact(derivation),
    ];
    let attrs = &derivation.function.attrs;
    let cfg = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let cfg = quote!(#(#cfg)*);
    quote!(#(#cfg #parts)*)
}

/// The struct: key, memory, arguments.
fn structure(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation {
        name,
        record,
        function,
        arguments,
        ..
    } = derivation;
    let vis = &function.vis;
    let key = derivation.key_type();
    let parameters = derivation.parameters();
    let fields = arguments.iter().map(Argument::field);
    let types = arguments
        .iter()
        .map(|argument| argument.field_type(&private));
    let made = last_segment(record);
    let doc = format!(
        "One `{made}` that [`{function}`] makes: the key it will have, the arguments, and the \
         record once it is made.",
        function = function.sig.ident.unraw(),
    );
    quote! {
        #[doc = #doc]
        #[allow(dead_code)]
        #vis struct #name #parameters {
            key: #key,
            made: #private::Memo<#record>,
            #(#fields: #types,)*
        }
    }
}

/// `new`, which knows the key before any work.
fn constructor(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation {
        name,
        function,
        runtime,
        arguments,
        options,
        ..
    } = derivation;
    let vis = &function.vis;
    let parameters = derivation.parameters();
    let used = derivation.used_parameters();
    let names: Vec<_> = arguments.iter().map(|argument| &argument.name).collect();
    let types = arguments.iter().map(Argument::passed_type);
    let seen = arguments.iter().map(|argument| match argument.kept {
        // A reference is in the key's scope as it is.
        Kept::Shared => None,
        Kept::Owned | Kept::Source(_) => {
            let name = &argument.name;
            Some(quote!(let #name = &#name;))
        }
    });
    let in_scope = derivation.has_sources().then(|| {
        quote! {
            #[allow(unused_imports)]
            use #runtime::Artifact as _;
        }
    });
    let key_type = derivation.key_type();
    let key_value = options.key.as_ref().map(key_value);
    let key = Ident::new("key", Span::mixed_site());
    let fields = arguments.iter().map(Argument::field);
    let values = arguments.iter().map(|argument| {
        let name = &argument.name;
        match argument.kept {
            Kept::Owned => quote!(#private::Argument::new(#name)),
            Kept::Shared | Kept::Source(_) => quote!(#name),
        }
    });
    let version = options.version;
    quote! {
        #[allow(dead_code, unused_variables, unused_parens, clippy::all)]
        impl #parameters #name #used {
            /// The version of the function, kept beside each record.
            #vis const VERSION: u32 = #version;

            /// What the function will make of these arguments. Nothing runs yet.
            #[must_use]
            #vis fn new(#(#names: #types),*) -> Self {
                let #key: #key_type = {
                    #in_scope
                    #(#seen)*
                    #key_value
                };
                Self {
                    key: #key,
                    made: #private::Memo::new(),
                    #(#fields: #values,)*
                }
            }
        }
    }
}

/// A clone of what the key's expression gives; of each part of a tuple, since
/// the parts may lie in borrowed arguments.
fn key_value(key: &Expr) -> TokenStream {
    let clone = |part: &Expr| {
        let span = part.span();
        let part = quote_spanned!(span=> &(#part));
        quote!(::core::clone::Clone::clone(#part))
    };
    match key {
        Expr::Tuple(tuple) => {
            let parts = tuple.elems.iter().map(clone);
            quote_spanned!(tuple.span()=> (#(#parts,)*))
        }
        key => clone(key),
    }
}

/// `Debug`, which shows the key.
fn debug(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation { name, .. } = derivation;
    let parameters = derivation.parameters();
    let used = derivation.used_parameters();
    let text = name.unraw().to_string();
    let key = derivation.key();
    quote! {
        #[automatically_derived]
        impl #parameters ::core::fmt::Debug for #name #used {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text)
                    .field("key", &::core::format_args!("{}", #private::describe(#key)))
                    .finish_non_exhaustive()
            }
        }
    }
}

/// `impl Artifact`.
fn artifact(derivation: &Derivation) -> TokenStream {
    let Derivation {
        name,
        record,
        runtime,
        ..
    } = derivation;
    let key = derivation.key_type();
    let parameters = derivation.parameters();
    let used = derivation.used_parameters();
    let run = run(derivation);
    let own_key = derivation.key();
    let key_items = quote_spanned! {derivation.at_record()=>
        type Key = #key;

        fn key(&self) -> #key {
            ::core::clone::Clone::clone(#own_key)
        }
    };
    let kind = derivation.record();
    quote! {
        #[automatically_derived]
        #[allow(clippy::all)]
        impl #parameters #runtime::Artifact for #name #used {
            #key_items

            type Value = #record;

            fn version(&self) -> u32 {
                Self::VERSION
            }

            async fn exists(&self) -> ::core::result::Result<bool, #runtime::Error> {
                ::core::result::Result::Ok(self.made.is_made())
            }

            async fn find(
                &self,
            ) -> ::core::result::Result<::core::option::Option<&Self::Value>, #runtime::Error> {
                self.made.once(async || { #run }).await
            }

            async fn get(&self) -> ::core::result::Result<&Self::Value, #runtime::Error> {
                self.find().await?.ok_or_else(|| #kind.none(#own_key))
            }

            async fn ensure(&self) -> ::core::result::Result<(), #runtime::Error> {
                self.find().await.map(::core::mem::drop)
            }

            async fn into_value(self) -> ::core::result::Result<Self::Value, #runtime::Error> {
                self.find().await?;
                self.made.into_value(#kind.name(), #own_key)
            }
        }
    }
}

/// One making: get the sources, hand out the arguments, call the function.
fn run(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation {
        arguments, options, ..
    } = derivation;
    let again = arguments
        .iter()
        .filter(|argument| options.retry > 0 && matches!(argument.kept, Kept::Owned))
        .map(|Argument { ty, .. }| quote_spanned!(ty.span()=> #private::given_again::<#ty>();));
    let owned = || {
        let owned = |argument: &&Argument| matches!(argument.kept, Kept::Owned);
        arguments.iter().filter(owned)
    };
    let names = owned().map(Argument::local);
    let texts = owned().map(|argument| &argument.text);
    let fields = owned().map(Argument::field);
    let traits = owned().next().map(|_| {
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
    let attempt = Ident::new("attempt", Span::mixed_site());
    quote! {
        #traits
        #(#again)*
        #sources
        let #attempt = async || {
            #(let #names = (&#private::Handing::new(&self.#fields, #texts)).hand()?;)*
            #call
        };
        #private::derive(#kind, #key, #attempts, #attempt).await
    }
}

/// The call itself, and what it gives as the runtime wants it.
fn call(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation {
        record,
        function,
        arguments,
        options,
        ..
    } = derivation;
    let name = &function.sig.ident;
    let passed = arguments.iter().map(|argument| {
        let field = argument.field();
        match argument.kept {
            Kept::Owned => argument.local().into_token_stream(),
            Kept::Shared => quote!(self.#field),
            Kept::Source(_) => quote!(&self.#field),
        }
    });
    let output = match &function.sig.output {
        syn::ReturnType::Type(_, output) => output.span(),
        syn::ReturnType::Default => name.span(),
    };
    if options.blocking.is_some() {
        let names: Vec<_> = arguments.iter().map(Argument::local).collect();
        let f = quote_spanned!(output=> |(#(#names,)*)| #name(#(#names),*));
        // Where one of them cannot be sent, the list of arguments is to blame.
        let list = function.sig.paren_token.span.join();
        let spawn = derivation.private_at(list);
        let running = quote_spanned!(list=> #spawn::blocking((#(#names,)*), #f));
        return quote_spanned!(output=> #private::finished::<#record, _>(#running).await);
    }
    let awaited = function.sig.asyncness.as_ref().map(|_| quote!(.await));
    quote_spanned!(output=> #private::made::<#record, _>(#name(#(#passed),*) #awaited))
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

/// How often and how long.
fn attempts(derivation: &Derivation) -> TokenStream {
    let Derivation {
        runtime, options, ..
    } = derivation;
    if options.retry == 0 && options.timeout.is_none() {
        return quote!(&#runtime::__private::Attempts::once());
    }
    let retry = options.retry;
    let timeout = match options.timeout {
        None => quote!(::core::option::Option::None),
        Some(timeout) => {
            let milliseconds = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
            quote!(::core::option::Option::Some(
                ::core::time::Duration::from_millis(#milliseconds)
            ))
        }
    };
    quote!(&#runtime::__private::Attempts::new(#timeout, #runtime::Retry::times(#retry)))
}

impl Derivation {
    fn private(&self) -> TokenStream {
        self.private_at(Span::call_site())
    }

    fn private_at(&self, span: Span) -> TokenStream {
        let runtime = self.runtime.to_token_stream().into_iter();
        let runtime = runtime.map(|mut token| {
            token.set_span(span);
            token
        });
        quote_spanned!(span=> #(#runtime)*::__private::artifacts)
    }

    /// Where rustc is to see all that depends on the record being one, so that
    /// it is one error where it is none.
    fn at_record(&self) -> Span {
        self.record.span()
    }

    /// The type of the key.
    fn key_type(&self) -> TokenStream {
        let private = self.private();
        let record = &self.record;
        quote_spanned!(self.at_record()=> <#record as #private::Promised>::Key)
    }

    /// The key that the artifact holds, by reference.
    fn key(&self) -> TokenStream {
        quote_spanned!(self.at_record()=> &self.key)
    }

    /// What the runtime must know of the record.
    fn record(&self) -> TokenStream {
        let private = self.private();
        let record = &self.record;
        quote_spanned!(self.at_record()=> <#record as #private::Promised>::RECORD)
    }

    fn has_sources(&self) -> bool {
        self.arguments.iter().any(Argument::is_source)
    }

    /// `<'a, SourceQuestion: Artifact<…>>`, with the bounds.
    fn parameters(&self) -> TokenStream {
        let lifetimes = &self.lifetimes;
        let sources = self.arguments.iter().filter_map(Argument::source_parameter);
        quote!(<#(#lifetimes,)* #(#sources,)*>)
    }

    /// The same without the bounds.
    fn used_parameters(&self) -> TokenStream {
        let lifetimes = self.lifetimes.iter().map(|parameter| &parameter.lifetime);
        let sources = self
            .arguments
            .iter()
            .filter_map(|argument| match &argument.kept {
                Kept::Source(parameter) => Some(parameter),
                Kept::Shared | Kept::Owned => None,
            });
        quote!(<#(#lifetimes,)* #(#sources,)*>)
    }
}

impl Argument {
    fn is_source(&self) -> bool {
        matches!(self.kept, Kept::Source(_))
    }

    /// What `new` takes.
    fn passed_type(&self) -> TokenStream {
        match &self.kept {
            Kept::Source(parameter) => parameter.to_token_stream(),
            Kept::Shared | Kept::Owned => self.ty.to_token_stream(),
        }
    }

    /// What the field holds.
    fn field_type(&self, private: &TokenStream) -> TokenStream {
        let ty = self.passed_type();
        match self.kept {
            Kept::Owned => quote!(#private::Argument<#ty>),
            Kept::Shared | Kept::Source(_) => ty,
        }
    }

    /// The local that holds it while the function is called.
    fn local(&self) -> Ident {
        format_ident!("{}", self.name, span = self.name.span())
    }

    fn source_parameter(&self) -> Option<TokenStream> {
        match (&self.kept, &self.ty) {
            (Kept::Source(parameter), Type::ImplTrait(artifact)) => {
                let bounds = &artifact.bounds;
                Some(quote!(#parameter: #bounds))
            }
            _ => None,
        }
    }
}

fn last_segment(record: &Type) -> String {
    match record {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
    .unwrap_or_default()
}
