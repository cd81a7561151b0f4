//! Other functions beside this one whose artifact has the same name.
//!
//! rustc would say that a type is defined twice, then that every trait is implemented
//! twice, and nothing of `as = Name`. An attribute sees its own function only, so the
//! source file is read and searched. Where there is none, or the function is not found
//! in it as it stands, nothing is said here.

use std::fs;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Item, ItemFn, ItemMod, Meta, Stmt};

use super::options::Options;
use super::record;
use crate::attributes::errors::Errors;

/// Reports a function before `function` that makes an artifact called `name` as well.
/// Gives whether there is none.
pub(super) fn check(function: &ItemFn, name: &Ident, errors: &mut Errors) -> bool {
    let Some(path) = Span::call_site().local_file() else {
        return true;
    };
    let Some(file) = fs::read_to_string(path).ok() else {
        return true;
    };
    match before(&file, function, name) {
        Some(other) => {
            let ident = &function.sig.ident;
            let text = format!("`{other}` and `{ident}` both make a `{name}`");
            let help = "name one of the two artifacts: `#[derived(as = Name, …)]`";
            errors.add(ident, text, help);
            false
        }
        None => true,
    }
}

/// The function of the same file, scope and artifact that comes first.
fn before(file: &str, function: &ItemFn, name: &Ident) -> Option<Ident> {
    // Most files have one such function a record.
    if file.matches("derived").count() < 2 {
        return None;
    }
    let file = syn::parse_file(file).ok()?;
    let mut scopes = Scopes {
        own: function.sig.to_token_stream().to_string(),
        name,
        found: Vec::new(),
    };
    scopes.items(file.items.iter());
    visit::visit_file(&mut scopes, &file);
    // The same function may stand in several scopes: which of them this is nobody says.
    let mut found = scopes.found.into_iter();
    let first = found.next()?;
    found.all(|other| other.is_some()).then_some(first)?
}

/// Searches every scope for the function.
struct Scopes<'a> {
    /// Its signature.
    own: String,
    /// The name of its artifact.
    name: &'a Ident,
    /// For each scope with the function in it, another that comes before.
    found: Vec<Option<Ident>>,
}

impl Scopes<'_> {
    fn items<'i>(&mut self, items: impl Iterator<Item = &'i Item>) {
        let mut first = None;
        for item in items {
            let Item::Fn(function) = item else { continue };
            let Some(attribute) = function.attrs.iter().find(|each| is_derived(each)) else {
                continue;
            };
            if signature(function) == self.own {
                self.found.push(first.clone());
            } else if first.is_none()
                && !function.attrs.iter().any(is_conditional)
                && artifact(attribute, function).is_some_and(|name| name == *self.name)
            {
                first = Some(function.sig.ident.clone());
            }
        }
    }
}

impl<'ast> Visit<'ast> for Scopes<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if let Some((_, items)) = &module.content {
            self.items(items.iter());
        }
        visit::visit_item_mod(self, module);
    }

    fn visit_block(&mut self, block: &'ast Block) {
        self.items(block.stmts.iter().filter_map(|statement| match statement {
            Stmt::Item(item) => Some(item),
            _ => None,
        }));
        visit::visit_block(self, block);
    }
}

/// The signature as the attribute gets it.
fn signature(function: &ItemFn) -> String {
    function.sig.to_token_stream().to_string()
}

fn is_derived(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "derived")
}

/// Returns whether a function may not be there at all.
fn is_conditional(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
}

/// The name of a function's artifact.
fn artifact(attribute: &Attribute, function: &ItemFn) -> Option<Ident> {
    let mut ignored = Errors::default();
    let arguments = match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => return None,
    };
    let options = Options::parse(arguments, &mut ignored);
    let (_, name) = record::parse(&function.sig, &options, &mut ignored)?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, function: &str) -> Option<String> {
        let function = syn::parse_str(function).unwrap();
        let name = syn::parse_str("DerivedAnswer").unwrap();
        before(file, &function, &name).map(|other| other.to_string())
    }

    const SECOND: &str = "async fn good(id: u32) -> Answer { a(id) }";

    #[test]
    fn the_first_of_one_scope_is_told() {
        let file = "#[derived(key = id)] fn cheap(id: u32) -> Result<Answer, E> { a(id) }
            #[flow_runtime::derived(key = id)] async fn good(id: u32) -> Answer { a(id) }";
        assert_eq!(found(file, SECOND).as_deref(), Some("cheap"));
        assert_eq!(
            found(file, "fn cheap(id: u32) -> Result<Answer, E> { a(id) }"),
            None
        );
        let nested = format!("fn main() {{ {{ {file} }} }}");
        assert_eq!(found(&nested, SECOND).as_deref(), Some("cheap"));
        let module = format!("mod inner {{ {file} }}");
        assert_eq!(found(&module, SECOND).as_deref(), Some("cheap"));
    }

    #[test]
    fn what_is_named_conditional_or_elsewhere_does_no_harm() {
        let good = "#[derived(key = id)] async fn good(id: u32) -> Answer { a(id) }";
        for other in [
            "#[derived(key = id, as = Cheap)] fn cheap(id: u32) -> Answer { a(id) }",
            "#[derived(key = id)] fn cheap(id: u32) -> Score { a(id) }",
            "#[cfg(any())] #[derived(key = id)] fn cheap(id: u32) -> Answer { a(id) }",
            "mod inner { #[derived(key = id)] fn cheap(id: u32) -> Answer { a(id) } }",
            "fn cheap(id: u32) -> Answer { a(id) } // derived",
        ] {
            assert_eq!(found(&format!("{other}\n{good}"), SECOND), None, "{other}");
        }
    }

    #[test]
    fn a_function_that_stands_in_two_scopes_is_left_alone() {
        let cheap = "#[derived(key = id)] fn cheap(id: u32) -> Answer { a(id) }";
        let good = "#[derived(key = id)] async fn good(id: u32) -> Answer { a(id) }";
        let file = format!("mod a {{ {cheap} {good} }} mod b {{ {good} }}");
        assert_eq!(found(&file, SECOND), None);
    }
}
