//! The module in which a flow is run.
//!
//! Every other one is observed: its numbers have to be those of its log, and to agree with
//! each other. Of those every fourth is run once more, awaited.

use std::fmt::Write;

use crate::Case;
use crate::render::{Form, write_as};

pub fn module(case: &Case) -> String {
    let kind = case.text.len() % 8;
    let mut out = String::from("use crate::*;\n\npub fn run() {\n    let log = Log::default();\n");
    if kind.is_multiple_of(2) {
        let text = write_as(&case.graph, Form::Noted).text;
        let _ = write!(
            out,
            "    let flow = flow! {{\n    #![observe]\n{text}    }};\n    let watch = flow.watch();\n"
        );
    } else {
        let _ = write!(out, "    let flow = flow! {{\n{}    }};\n", case.text);
    }
    let names = (0..case.results.len()).map(|index| format!("r{index}"));
    let names: Vec<_> = names.collect();
    let pattern = match names.as_slice() {
        [only] => only.clone(),
        names => format!("({})", names.join(", ")),
    };
    let unwrap = unwrap(case);
    let _ = writeln!(out, "    let {pattern} = flow.run(){unwrap};");
    for name in names {
        let _ = writeln!(out, "    println!(\"{{{name}:?}}\");");
    }
    if kind.is_multiple_of(2) {
        out += "    counted(&watch, &log);\n";
    }
    if kind == 0 {
        out += "    awaited();\n";
    }
    out += "    show(&log);\n}\n";
    if kind == 0 {
        out += &awaited(case);
    }
    out
}

/// A flow with a bare `?` gives a `Result`.
fn unwrap(case: &Case) -> &'static str {
    match case.text.contains(")? ->") {
        true => ".unwrap()",
        false => "",
    }
}

/// The same flow, awaited: sources take turns in other ways there, so only its numbers are
/// looked at.
fn awaited(case: &Case) -> String {
    let text = write_as(&case.graph, Form::Awaited).text;
    let unwrap = unwrap(case);
    format!(
        "\nfn awaited() {{\n    let log = Log::default();\n    let flow = flow! {{\n    #![observe]\n{text}    }};\n\
         \x20   let watch = flow.watch();\n    let _ = driven(flow.run()){unwrap};\n    counted(&watch, &log);\n}}\n"
    )
}
