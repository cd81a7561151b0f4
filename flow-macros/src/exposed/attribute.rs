//! The attribute `#[expose(…)]`, on a field or on the struct.

use syn::ext::IdentExt;
use syn::{Attribute, DeriveInput, Expr, ExprLit, ExprRange, Ident, Lit, LitStr, Meta, Path};

use crate::attributes::errors::Errors;
use crate::attributes::options::{self, Given, Known, Value};

/// The options on a field.
const OF_FIELDS: [Known; 4] = [
    Known {
        name: "get",
        form: "get = \"role\"",
        value: Some(Value::expr),
    },
    Known {
        name: "set",
        form: "set = \"role\"",
        value: Some(Value::expr),
    },
    Known {
        name: "range",
        form: "range = 1..=64",
        value: Some(Value::expr),
    },
    Known {
        name: "check",
        form: "check = f",
        value: Some(Value::expr),
    },
];

/// The options on the struct.
const OF_STRUCTS: [Known; 1] = [Known {
    name: "crate",
    form: "crate = path",
    value: Some(Value::path),
}];

/// A field that is exposed, as its attribute says.
#[derive(Default)]
pub(super) struct Exposure {
    /// The roles that may get it.
    pub(super) get: Vec<LitStr>,
    /// The roles that may set it.
    pub(super) set: Vec<LitStr>,
    /// The first word that asks for a knob.
    pub(super) needs_knob: Option<Ident>,
    pub(super) range: Option<(Ident, Expr)>,
    pub(super) check: Option<(Ident, Expr)>,
}

/// Returns the path of the runtime, where the struct names it.
pub(super) fn of_struct(item: &DeriveInput, errors: &mut Errors) -> Option<Path> {
    let given = given(&item.attrs, &OF_STRUCTS, errors)?;
    given.into_iter().find_map(|given| match given.value {
        Value::Path(path) => Some(path),
        _ => None,
    })
}

/// Reads what is said of a field; `None` where it is not exposed.
pub(super) fn of_field(attributes: &[Attribute], errors: &mut Errors) -> Option<Exposure> {
    let mut exposure = Exposure::default();
    for Given { name, value } in given(attributes, &OF_FIELDS, errors)? {
        let Value::Expr(value) = value else { continue };
        if name != "get" {
            exposure.needs_knob.get_or_insert_with(|| name.clone());
        }
        match name.unraw().to_string().as_str() {
            "get" => exposure.get = roles(&name, &value, errors),
            "set" => exposure.set = roles(&name, &value, errors),
            "range" if is_range(&value, errors) => exposure.range = Some((name, *value)),
            "check" if is_function(&value, errors) => exposure.check = Some((name, *value)),
            _ => {}
        }
    }
    Some(exposure)
}

/// The options of the one `#[expose]` among the attributes.
fn given(attributes: &[Attribute], known: &[Known], errors: &mut Errors) -> Option<Vec<Given>> {
    let mut exposes = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("expose"));
    let first = exposes.next()?;
    for other in exposes {
        let help = "write all of it in one `#[expose(…)]`";
        errors.add(other.path(), "`#[expose]` is there twice", help);
    }
    let forms = known.iter().map(|known| known.form);
    match &first.meta {
        Meta::Path(_) => Some(Vec::new()),
        Meta::List(list) => Some(options::parse(list.tokens.clone(), known, errors).given),
        Meta::NameValue(pair) => {
            let forms = forms.collect::<Vec<_>>().join(", ");
            let help = format!("write `#[expose({forms})]`, or some of it");
            errors.add(&pair.value, "`#[expose]` has no value", help);
            Some(Vec::new())
        }
    }
}

/// The roles that a value names: one, or a list of them.
fn roles(name: &Ident, value: &Expr, errors: &mut Errors) -> Vec<LitStr> {
    let each: Vec<&Expr> = match value {
        Expr::Array(list) => list.elems.iter().collect(),
        one => vec![one],
    };
    if each.is_empty() {
        let help = format!("name a role, or leave out `{name}`");
        errors.add(value, format!("`{name}` names no role"), help);
    }
    let mut roles: Vec<LitStr> = Vec::new();
    for role in each {
        let Expr::Lit(ExprLit {
            lit: Lit::Str(role),
            ..
        }) = role
        else {
            let help = format!("write `{name} = \"role\"`, or `{name} = [\"role\", \"other\"]`");
            errors.add(role, "a role is a string", help);
            continue;
        };
        if role.value().is_empty() {
            errors.add(role, "a role has a name", "write it between the quotes");
        } else if roles.iter().any(|other| other.value() == role.value()) {
            let wrong = format!("the role {:?} is named twice", role.value());
            errors.add(role, wrong, "leave out one of the two");
        } else {
            roles.push(role.clone());
        }
    }
    roles
}

/// Returns whether a value may be a range that something is in.
fn is_range(value: &Expr, errors: &mut Errors) -> bool {
    match value {
        Expr::Lit(_) | Expr::Unary(_) => {
            let help = "write both bounds, as `1..=64`, or one, as `1..`";
            errors.add(value, "`range` is a range", help);
            false
        }
        Expr::Range(range) if is_empty(range) => {
            let help = "write the lower bound first";
            errors.add(value, "no value is in this range", help);
            false
        }
        _ => true,
    }
}

/// Returns whether nothing is between two literal bounds.
fn is_empty(range: &ExprRange) -> bool {
    let number = |bound: &Option<Box<Expr>>| match bound.as_deref() {
        Some(Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        })) => number.base10_parse::<u128>().ok(),
        _ => None,
    };
    let (Some(start), Some(end)) = (number(&range.start), number(&range.end)) else {
        return false;
    };
    match range.limits {
        syn::RangeLimits::Closed(_) => start > end,
        syn::RangeLimits::HalfOpen(_) => start >= end,
    }
}

/// Returns whether a value may be a function.
fn is_function(value: &Expr, errors: &mut Errors) -> bool {
    let is_literal = matches!(value, Expr::Lit(_) | Expr::Range(_) | Expr::Unary(_));
    if is_literal {
        let help = "write a function that takes the value by reference and gives a `Result<(), E>`";
        errors.add(value, "`check` is a function", help);
    }
    !is_literal
}
