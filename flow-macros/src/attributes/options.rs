//! The list of options in an attribute: `name = value`, or `name` alone.
//!
//! What an attribute knows is a table of [`Known`]. A value is parsed by what
//! its option expects, so that a type may hold commas. After a value that does
//! not parse the next option is looked for behind the next comma.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, LitInt, LitStr, Path, Token, Type};

use super::{errors::Errors, suggest};

/// One option that an attribute knows.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// Says how it is written, for help texts.
    pub(crate) form: &'static str,
    /// Says how its value is parsed; `None` where it has none.
    pub(crate) value: Option<fn(ParseStream) -> syn::Result<Value>>,
}

/// The value of an option.
pub(crate) enum Value {
    Flag,
    Expr(Box<Expr>),
    Name(Ident),
    Number(LitInt),
    Path(Path),
    Text(LitStr),
    Type(Box<Type>),
}

/// The parsers of a [`Known`].
impl Value {
    pub(crate) fn expr(input: ParseStream) -> syn::Result<Self> {
        input.parse().map(Self::Expr)
    }

    pub(crate) fn name(input: ParseStream) -> syn::Result<Self> {
        input.parse().map(Self::Name)
    }

    pub(crate) fn number(input: ParseStream) -> syn::Result<Self> {
        input.parse().map(Self::Number)
    }

    pub(crate) fn path(input: ParseStream) -> syn::Result<Self> {
        input.call(Path::parse_mod_style).map(Self::Path)
    }

    pub(crate) fn text(input: ParseStream) -> syn::Result<Self> {
        input.parse().map(Self::Text)
    }

    pub(crate) fn ty(input: ParseStream) -> syn::Result<Self> {
        input.parse().map(Self::Type)
    }
}

/// One option as it was given.
pub(crate) struct Given {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// The list as it was given.
#[derive(Default)]
pub(crate) struct List {
    pub(crate) given: Vec<Given>,
    /// The options whose value was reported: they are not missing.
    wrong: Vec<&'static str>,
    /// There is an unknown option that may be any of them.
    has_unknown: bool,
}

impl List {
    /// Returns whether the option was meant to be given, but what was written is wrong.
    pub(crate) fn is_wrong(&self, name: &str) -> bool {
        self.has_unknown || self.wrong.contains(&name)
    }
}

/// Reads the list; what it does not understand is reported and left out.
pub(crate) fn parse(arguments: TokenStream, known: &[Known], errors: &mut Errors) -> List {
    let mut list = List::default();
    let read = |input: ParseStream| {
        while !input.is_empty() {
            if let Err(error) = one(input, known, &mut list, errors) {
                errors.add_error(error);
                skip_to_comma(input);
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                errors
                    .add_error(input.error("expected `,`\nhelp: options are separated by commas"));
                skip_to_comma(input);
                let _ = input.parse::<Token![,]>();
            }
        }
        Ok(())
    };
    if let Err(error) = read.parse2(arguments) {
        errors.add_error(error);
    }
    list
}

/// One option.
fn one(
    input: ParseStream,
    known: &[Known],
    list: &mut List,
    errors: &mut Errors,
) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        let forms = suggest::list(known.iter().map(|known| known.form));
        return Err(input.error(format!("expected an option\nhelp: the options are {forms}")));
    }
    let name = Ident::parse_any(input)?;
    let Some(known) = known.iter().find(|known| name == known.name) else {
        let text = format!("unknown option `{name}`");
        let word = name.to_string();
        let names = known.iter().map(|known| known.name);
        match suggest::nearest(&word, names.clone()) {
            Some(meant) => list.wrong.push(meant),
            None => list.has_unknown = true,
        }
        errors.add(&name, text, suggest::help(&word, "options", names));
        skip_to_comma(input);
        return Ok(());
    };
    let has_value = input.peek(Token![=]);
    let value = match known.value {
        Some(parse) if has_value => {
            input.parse::<Token![=]>()?;
            parse(input).map_err(|error| {
                list.wrong.push(known.name);
                with_form(error, known)
            })?
        }
        None if !has_value => Value::Flag,
        _ => {
            let text = match has_value {
                true => format!("`{name}` takes no value"),
                false => format!("`{name}` needs a value"),
            };
            list.wrong.push(known.name);
            errors.add(&name, text, format!("write `{}`", known.form));
            skip_to_comma(input);
            return Ok(());
        }
    };
    if list.given.iter().any(|other| other.name == name) {
        let text = format!("`{name}` is given twice");
        errors.add(&name, text, "keep one of the two");
    } else {
        list.given.push(Given { name, value });
    }
    Ok(())
}

/// Returns what syn expected, and how the option is written.
fn with_form(error: syn::Error, known: &Known) -> syn::Error {
    let span: Span = error.span();
    syn::Error::new(span, format!("{error}\nhelp: write `{}`", known.form))
}

fn skip_to_comma(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<proc_macro2::TokenTree>();
    }
}
