#![deny(unused_must_use)]

use flow_runtime::flow;

fn main() {
    let (tx, _rx) = std::sync::mpsc::channel();
    let _ = flow! {
        line = from(["a"]);
        line -> write_lines("lines.txt");
        line -> send(tx);
        line -> count()
    };
}
