use flow_runtime::flow;

fn main() {
    flow! { from([async { 1 }]) -> filter(|_| true) -> drain() }.run();
}
