use flow_runtime::flow;

fn main() {
    let _ = flow! { lines("orders.txt", resume = "offsets") -> count(); };
}
