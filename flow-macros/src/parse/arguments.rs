//! Defines what stands in an operator's parentheses: expressions, the inputs of a
//! fan-in, options.

use proc_macro2::{Span, TokenStream};
use syn::{
    Ident, Token, parenthesized,
    parse::{ParseStream, Parser},
};

use super::{
    commas::{is_field, is_option, parse_comma},
    mend::mend,
    parser::ChainParser,
    value::parse_value,
};
use crate::{errors::Errors, syntax::Arguments, table::Operator};

impl ChainParser<'_> {
    /// `(…)` of the operator `row`, where it is one; gives the closing token.
    /// `Err` where some of it did not parse, which is reported.
    pub(super) fn parentheses(
        &mut self,
        input: ParseStream<'_>,
        row: Option<&Operator>,
        arguments: &mut Arguments,
    ) -> Result<Span, ()> {
        let (mut whole, mut joined) = (true, true);
        let parsed: syn::Result<Span> = (|| {
            let content;
            let parentheses = parenthesized!(content in input);
            let inputs = row.is_some_and(Operator::is_fan_in);
            let all = content.fork();
            while whole && !content.is_empty() {
                let parsed = match inputs && !is_option(&content) && !is_field(&content) {
                    true => {
                        self.input(&content, arguments);
                        Ok(())
                    }
                    false => parse_argument(&content, arguments, self.errors),
                };
                let comma = parsed.and_then(|()| parse_comma(&content, self.errors));
                match comma {
                    Ok(comma) => joined &= comma,
                    Err(error) => {
                        let usage = row.map(|row| format!("write {}", row.usage()));
                        let help = usage.unwrap_or_else(|| "arguments are expressions".to_string());
                        self.errors.syntax_of(&error, help);
                        whole = false;
                    }
                }
            }
            if !whole && !inputs {
                mend_arguments(all.parse()?, arguments, self.errors);
            }
            // Whatever is left was reported; it must not be reported again.
            content.parse::<TokenStream>()?;
            Ok(parentheses.span.close())
        })();
        match parsed {
            Ok(close) if whole && joined && !arguments.health.broken => Ok(close),
            Ok(_) => Err(()),
            Err(error) => {
                self.errors.syntax(&error);
                Err(())
            }
        }
    }

    /// An input of a fan-in: a chain, or a name alone.
    fn input(&mut self, content: ParseStream<'_>, arguments: &mut Arguments) {
        let span = content.span();
        let chain = self.input_chain(content);
        report_late(span, arguments, self.errors);
        arguments.health.broken |= chain.elements.is_empty();
        arguments.inputs.push(chain);
    }
}

/// Tells what was meant by arguments of which the last error says that they do not
/// parse, as far as that can be seen.
fn mend_arguments(tokens: TokenStream, arguments: &mut Arguments, errors: &Errors) {
    let Some(error) = errors.last_as_expression() else {
        return;
    };
    let parse = |tails| {
        let parse = |content: ParseStream<'_>| {
            let mut mended = Arguments::default();
            let mut more = Errors::default();
            while !content.is_empty() {
                parse_argument(content, &mut mended, &mut more)?;
                parse_comma(content, &mut more)?;
            }
            mended.health.mended = more.gate().is_ok();
            Ok(mended)
        };
        parse.parse2(mend(tokens.clone(), &error, tails)).ok()
    };
    if let Some(mended) = parse(true).or_else(|| parse(false)) {
        *arguments = mended;
    }
}

/// An expression or an option.
fn parse_argument(
    content: ParseStream<'_>,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> syn::Result<()> {
    if is_option(content) {
        let name = content.parse()?;
        content.parse::<Token![=]>()?;
        arguments.options.push((name, parse_value(content)?));
        return Ok(());
    }
    if is_field(content) {
        let name: Ident = content.parse()?;
        let colon: Token![:] = content.parse()?;
        let help = format!("write `{name} = …`");
        errors.at(colon.span, "expected `=`, not `:`", help);
        arguments.options.push((name, parse_value(content)?));
        return Ok(());
    }
    let span = content.span();
    arguments.values.push(parse_value(content)?);
    report_late(span, arguments, errors);
    Ok(())
}

/// Reports an argument, or an input, behind an option.
fn report_late(span: Span, arguments: &Arguments, errors: &mut Errors) {
    if !arguments.options.is_empty() {
        errors.at(span, "an argument behind an option", "options come last");
    }
}
