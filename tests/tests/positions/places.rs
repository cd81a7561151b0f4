//! The places in a flow where an operator may stand.

use crate::operators::Tried;

/// A place in a flow.
pub struct Place {
    /// Its name: the places in the list of holes that it is.
    pub name: &'static str,
    /// The flow that has the operator there: `OP`.
    flow: Flow,
    /// Says whether it makes a flow asynchronous.
    awaits: bool,
    /// Says whether items come back.
    pub comes_back: bool,
}

/// The way in which the flow is driven.
enum Flow {
    /// It is run. What it acknowledged is checked.
    Run(&'static str),
    /// It is started as a task: only where it awaits.
    Spawn(&'static str),
    /// Items are emitted by these methods, one after the other.
    Emit(&'static str, &'static [&'static str]),
    /// The operator is a piece of another flow.
    Piece,
    /// Its items are taken.
    Open,
}

const fn run(name: &'static str, flow: &'static str) -> Place {
    Place {
        name,
        flow: Flow::Run(flow),
        awaits: false,
        comes_back: false,
    }
}

const fn awaits(mut place: Place) -> Place {
    place.awaits = true;
    place
}

const fn back(mut place: Place) -> Place {
    place.comes_back = true;
    place
}

const fn driven(name: &'static str, flow: Flow) -> Place {
    Place {
        name,
        flow,
        awaits: false,
        comes_back: false,
    }
}

const CHAIN: &str = "from(input()) -> OP -> collect::<Vec<u32>>()";
const CYCLE: &str = "from(input()) -> work; work = map(|x: u32| x) -> OP; \
                     work -> filter_map(again) -> work; work -> collect::<Vec<u32>>()";
const ROUND: &str = "from(input()) -> work; \
                     work = then(async |x: u32| { yielded(x % 2).await; x }, concurrency = 2) -> OP; \
                     work -> filter_map(again) -> work; work -> collect::<Vec<u32>>()";

/// All of them.
pub const PLACES: &[Place] = &[
    run("in a chain", CHAIN),
    run(
        "in an arm of a `match`",
        "from(input()) -> match { x if x / 16 % 2 == 0 => OP, x => map(|x: u32| x) } -> collect::<Vec<u32>>()",
    ),
    driven(
        "behind an inlet",
        Flow::Emit("<u32> -> OP -> collect::<Vec<u32>>()", &["emit"]),
    ),
    driven(
        "behind several inlets",
        Flow::Emit(
            "left = <u32>; right = <u32>; union(left, right) -> OP -> collect::<Vec<u32>>()",
            &["emit_left", "emit_right"],
        ),
    ),
    back(run("in a cycle", CYCLE)),
    back(awaits(run(
        "in a cycle through a concurrent operator",
        ROUND,
    ))),
    awaits(run(
        "before a cut",
        "from(input()) -> OP -> buffer(2) -> collect::<Vec<u32>>()",
    )),
    awaits(run(
        "behind a cut",
        "from(input()) -> buffer(2) -> OP -> collect::<Vec<u32>>()",
    )),
    run(
        "before a fan-in",
        "union(from(input().skip(9)) -> OP, from(input().take(9))) -> collect::<Vec<u32>>()",
    ),
    run(
        "before a `zip`",
        "numbers = from(0..24); items = from(input()) -> OP; \
         zip(items, numbers) -> map(|(x, _): (u32, i32)| x) -> collect::<Vec<u32>>()",
    ),
    run(
        "before a `zip_latest`",
        "zip_latest(from(input()) -> OP, from([0])) -> map(|(x, _): (u32, i32)| x) -> collect::<Vec<u32>>()",
    ),
    run(
        "before a `zip_latest`",
        "items = from(input()); zip_latest(items -> OP, items -> take(1)) \
         -> map(|(x, _): (u32, u32)| x) -> collect::<Vec<u32>>()",
    ),
    run(
        "before a `chain`",
        "chain(from(input().take(9)) -> OP, from(input().skip(9)) -> OP) -> collect::<Vec<u32>>()",
    ),
    run(
        "in the braces of `by_key`",
        "from(input()) -> by_key(|x: &u32| x / 16 % 5) { OP } -> collect::<Vec<u32>>()",
    ),
    awaits(run(
        "in the braces of `by_key`",
        "from(input()) -> by_key(|x: &u32| x / 16 % 5) { then(async |x: u32| x) -> OP } -> collect::<Vec<u32>>()",
    )),
    awaits(run(
        "in the braces of `by_key`",
        "from(input()) -> by_key(|x: &u32| x / 16 % 5, idle = Duration::from_millis(2)) { OP } -> collect::<Vec<u32>>()",
    )),
    awaits(run(
        "between `scatter` and `gather`",
        "from(input()) -> scatter(2) -> OP -> gather() -> collect::<Vec<u32>>()",
    )),
    driven("in a piece", Flow::Piece),
    awaits(run(
        "behind a source that acknowledges",
        "stream(messages(), ack = true) -> OP -> inspect(saw) -> collect::<Vec<u32>>()",
    )),
    back(awaits(run(
        "behind a source that acknowledges",
        "stream(messages_that_come_back(), ack = true) -> work; work = map(|x: u32| x) -> OP; \
         work -> filter_map(again) -> work; work -> inspect(saw) -> collect::<Vec<u32>>()",
    ))),
    awaits(run(
        "in the braces of `by_key`, behind a source that acknowledges",
        "stream(messages(), ack = true) -> by_key(|x: &u32| x / 16 % 5) { OP } -> inspect(saw) -> collect::<Vec<u32>>()",
    )),
    awaits(run(
        "in the braces of `by_key`, behind a source that acknowledges",
        "stream(messages(), ack = true) \
         -> by_key(|x: &u32| x / 16 % 5) { then(async |x: u32| x) -> OP } -> inspect(saw) -> collect::<Vec<u32>>()",
    )),
    awaits(run(
        "between `scatter` and `gather`, behind a source that acknowledges",
        "stream(messages(), ack = true) -> scatter(2) -> OP -> gather() -> inspect(saw) -> collect::<Vec<u32>>()",
    )),
    back(awaits(run(
        "in a cycle through a concurrent operator, behind a source that acknowledges",
        "stream(messages_that_come_back(), ack = true) -> work; \
         work = then(async |x: u32| { yielded(x % 2).await; x }, concurrency = 2) -> OP; \
         work -> filter_map(again) -> work; work -> inspect(saw) -> collect::<Vec<u32>>()",
    ))),
    driven("at an open end", Flow::Open),
    driven("in a spawned flow", Flow::Spawn(CHAIN)),
];

impl Place {
    /// Returns the code that runs an operator in this place, and gives what came of it.
    /// `None` where there is no such flow.
    pub fn program(&self, tried: &Tried) -> Option<String> {
        let awaits = self.awaits || tried.awaits;
        let flow = |text: &str| format!("flow! {{ {} }}", text.replace("OP", tried.code));
        let wait = if awaits { ".await" } else { "" };
        let code = match &self.flow {
            Flow::Run(text) => format!("{}.run(){wait}", flow(text)),
            Flow::Spawn(_) if !awaits => return None,
            Flow::Spawn(text) => format!("{}.spawn().await.unwrap()", flow(text)),
            Flow::Emit(text, methods) => {
                let emits = methods.iter().enumerate().map(|(index, method)| {
                    let all = format!("input().skip({index}).step_by({})", methods.len());
                    format!("for x in {all} {{ open.{method}(x){wait}; }}")
                });
                let emits: String = emits.collect();
                format!(
                    "{{ let mut open = {}; {emits} open.finish(){wait} }}",
                    flow(text)
                )
            }
            Flow::Piece => {
                let via = ["via", "via_async"][usize::from(awaits)];
                let piece = flow("<u32> -> OP");
                format!(
                    "flow! {{ from(input()) -> {via}({piece}) -> collect::<Vec<u32>>() }}.run(){wait}"
                )
            }
            Flow::Open if awaits => {
                let open = flow("from(input()) -> OP");
                format!("flow! {{ stream({open}) -> collect::<Vec<u32>>() }}.run().await")
            }
            Flow::Open => format!("{}.collect::<Vec<u32>>()", flow("from(input()) -> OP")),
        };
        Some(match awaits {
            true => format!("drive(async {{ {code} }})"),
            false => code,
        })
    }
}
