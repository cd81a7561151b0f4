use std::collections::HashMap;

use flow_runtime::flow;

struct Own;

fn main() {
    let _ = flow! { from([1, 2]) -> collect::<HashMap<u32, u32>>() }.run();
    let _ = flow! { from([1, 2]) -> map(|x| x + 1) -> collect::<Result<Vec<u32>, String>>() }.run();
    let _ = flow! { from(["a"]) -> collect::<Vec<u32>>() }.run();
    let _ = flow! { from(['a']) -> collect::<Own>() }.run();
    let _: HashMap<u32, u32> = flow! { from([1, 2]) -> collect() }.run();
}
