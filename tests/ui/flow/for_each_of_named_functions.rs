use flow_runtime::flow;
use std::io::Error;

fn save(_: u32) -> Result<(), Error> {
    Ok(())
}

async fn send(_: u32) {}

fn main() {
    let double = |x: u32| 2 * x;
    let _ = flow! { from([1, 2]) -> for_each(save); };
    let _ = flow! { from([1, 2]) -> for_each(send); };
    let _ = flow! { from([1, 2]) -> for_each(double); };
}
