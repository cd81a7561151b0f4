//! The module in which a flow is run.
//!
//! Every other one is observed: its numbers have to be those of its log, and to agree with
//! each other. The others are run once more in another form that is, of which only the numbers
//! are looked at, for sources take turns in other ways there. `ORACLE_FORMS=all` has every flow
//! run in every form.

use std::fmt::Write;

use crate::graph::{Graph, NodeId};
use crate::render::{Form, write_as};
use crate::{Case, setting};

pub fn module(case: &Case) -> String {
    let kind = case.text.len();
    let mut out = String::from(
        "use crate::*;\n\n#[allow(non_upper_case_globals)]\nstatic log: Log = Log::new();\n\npub fn run() {\n",
    );
    let observed = kind.is_multiple_of(2);
    if observed {
        let form = Form {
            noted: true,
            ..Form::default()
        };
        out += &flow(&write_as(&case.graph, form).text);
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
    if observed {
        out += "    counted(&watch, &log, true);\n";
    }
    let forms = Shape::ALL.iter().filter_map(|shape| {
        let code = shape.code(case)?;
        Some((format!("{shape:?}").to_lowercase(), code))
    });
    let mut forms: Vec<_> = forms.collect();
    match setting("ORACLE_FORMS").as_deref() {
        Some("all") => {}
        _ if observed => forms.clear(),
        _ => forms = vec![forms.swap_remove(kind / 2 % forms.len())],
    }
    for (name, _) in &forms {
        let _ = writeln!(out, "    {name}::run();");
    }
    out += "    show(&log);\n}\n";
    for (name, code) in forms {
        let _ = write!(
            out,
            "\nmod {name} {{\n    use crate::*;\n\n    #[allow(non_upper_case_globals)]\n    static log: Log = Log::new();\n\n\
             \x20   pub fn run() {{\n{code}    }}\n}}\n"
        );
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

/// An observed flow, and its view.
fn flow(text: &str) -> String {
    format!(
        "    #[allow(unused_mut)]\n    let mut flow = flow! {{\n    #![observe]\n{text}    }};\n    let watch = flow.watch();\n"
    )
}

/// The form of a flow, and the way it is driven.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Awaited,
    /// On another thread, and looked at while it runs.
    Aside,
    Emitted,
    EmittedAwaited,
    /// Emitted into from another thread.
    Spawned,
    SpawnedAwaited,
    Iterator,
    Stream,
    Piece,
    PieceAwaited,
}

impl Shape {
    const ALL: [Self; 10] = [
        Self::Awaited,
        Self::Aside,
        Self::Emitted,
        Self::EmittedAwaited,
        Self::Spawned,
        Self::SpawnedAwaited,
        Self::Iterator,
        Self::Stream,
        Self::Piece,
        Self::PieceAwaited,
    ];

    fn is_awaited(self) -> bool {
        use Shape::*;
        !matches!(self, Emitted | Spawned | Iterator | Piece)
    }

    fn has_inlets(self) -> bool {
        use Shape::*;
        !matches!(self, Awaited | Aside | Iterator | Stream)
    }

    fn is_open_ended(self) -> bool {
        use Shape::*;
        matches!(self, Iterator | Stream | Piece | PieceAwaited)
    }

    /// The code that runs the flow in this form; `None` where it has no such form.
    fn code(self, case: &Case) -> Option<String> {
        let (graph, open) = match self.is_open_ended() {
            true => case
                .graph
                .opened()
                .map(|(graph, open)| (graph, Some(open)))?,
            false => (case.graph.clone(), None),
        };
        let form = Form {
            noted: true,
            awaited: self.is_awaited(),
            inlets: self.has_inlets(),
            open,
        };
        let (flow, unwrap) = (flow(&write_as(&graph, form).text), unwrap(case));
        let driven = match self {
            Self::Awaited => format!("let _ = driven(flow.run()){unwrap};"),
            Self::Aside => format!("let _ = aside(&watch, || driven(flow.run())){unwrap};"),
            Self::Emitted => {
                let emitted = emitted(&graph, "flow.emit{_i}(x)");
                format!("{emitted}let _ = flow.finish(){unwrap};")
            }
            // An item that awaits another inlet's lets none in: these have one.
            Self::EmittedAwaited => {
                only_source(&graph)?;
                let emitted = emitted(&graph, "driven(flow.emit(x))");
                format!("{emitted}let _ = driven(flow.finish()){unwrap};")
            }
            Self::Spawned | Self::SpawnedAwaited => {
                if self.is_awaited() {
                    only_source(&graph)?;
                }
                let emitted = emitted_by_threads(&graph);
                format!(
                    "let (emitter, flow) = flow.spawn_thread();\n{emitted}let _ = flow.join().unwrap(){unwrap};"
                )
            }
            Self::Iterator => "flow.for_each(drop);".to_owned(),
            Self::Stream => {
                "let flow = Box::pin(flow);\n        driven(flow! { stream(flow) -> for_each(drop) }.run());".to_owned()
            }
            Self::Piece => format!(
                "flow! {{ from({}) -> via(flow) -> for_each(drop) }}.run();",
                only_source(&graph)?
            ),
            Self::PieceAwaited => format!(
                "driven(flow! {{ from({}) -> via_async(flow) -> for_each(drop) }}.run());",
                only_source(&graph)?
            ),
        };
        // There may be several copies of a piece.
        let loops = self.is_awaited() && self != Self::PieceAwaited;
        Some(format!(
            "{flow}        {driven}\n        counted(&watch, &log, {loops});\n"
        ))
    }
}

/// Emits what the sources would give, in turns; `{_i}` in `emit` is the inlet, where there are
/// several.
fn emitted(graph: &Graph, emit: &str) -> String {
    let sources: Vec<_> = graph.sources().collect();
    let longest = sources
        .iter()
        .map(|(_, items)| items.len())
        .max()
        .unwrap_or(0);
    let turns = (0..longest).flat_map(|turn| {
        let items = sources
            .iter()
            .map(move |(id, items)| (*id, items.get(turn)));
        items.filter_map(|(id, item)| item.map(|item| (id, *item)))
    });
    let items: Vec<(NodeId, i64)> = turns.collect();
    let arms = sources.iter().map(|(id, _)| {
        let inlet = match sources.len() {
            1 => String::new(),
            _ => format!("_i{id}"),
        };
        let emit = emit.replace("{_i}", &inlet);
        format!("{id} => {{ let _ = {emit}; }}\n")
    });
    let arms: String = arms.collect();
    format!(
        "let items: &[(usize, i64)] = &{items:?};\n        for &(inlet, x) in items {{\n            \
         match inlet {{\n{arms}_ => {{}} }}\n        }}\n        "
    )
}

/// Emits what the sources would give, each from a thread of its own, which ends its inlet.
fn emitted_by_threads(graph: &Graph) -> String {
    let several = graph.sources().count() > 1;
    let inlets = graph.sources().map(|(id, items)| {
        let inlet = match several {
            true => format!("emitter.i{id}"),
            false => "emitter".to_owned(),
        };
        format!("emit({inlet}.clone(), &{items:?}),\n")
    });
    let inlets: String = inlets.collect();
    format!(
        "let threads = [{inlets}];\ndrop(emitter);\nfor thread in threads {{ thread.join().unwrap(); }}\n"
    )
}

/// The items of a graph with one source.
fn only_source(graph: &Graph) -> Option<String> {
    let mut sources = graph.sources();
    let (_, items) = sources.next()?;
    sources.next().is_none().then(|| match items {
        [] => "Vec::<i64>::new()".to_owned(),
        items => format!("{items:?}"),
    })
}
