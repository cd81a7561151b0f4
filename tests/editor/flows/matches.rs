//! A `match`, and a segment that several chains feed.

use flow_runtime::flow;

pub enum Event {
    Number(u32),
    Text(String),
    Nothing,
}

pub fn lengths(events: Vec<Event>) -> usize {
    flow! {
        events = from(events) -> match {
            Event::Number(n) if /*hover: u32*/n > 3 => map(|n| /*hover: u32*/n as usize),
            Event::Text(text) => map(|text| /*hover: String*/text.len()) -> /*goto: sizes =*/sizes,
            _ => drop,
        };
        /*goto: events =*/events -> /*hover: sizes*/sizes;
        /*rename: 4*/sizes = filter(|n| *n > 0) -> sum()
        ;
        sizes
    }
    .run()
}
