//! `flow-store PATH`: looks into a store, and puts it right.

fn main() -> std::process::ExitCode {
    flow_runtime::__private::flow_store()
}
