use std::time::Duration;

use flow_runtime::flow;

async fn plain(x: u32) -> u32 {
    x
}

fn main() {
    let _ = flow! {
        numbers = from(0..9_u32);
        numbers -> then(async |x| x, retry = 3) -> count();
        numbers -> then(plain, retry = 3)? -> count();
        numbers -> then(plain, timeout = Duration::from_secs(1), concurrency = 3) -> count();
        numbers -> then(|x| async move { x }, retry_if = |_| true, retry = 3)? -> count();
        numbers -> then(|x| plain(x), retry = 3, concurrency = 3)? -> count();
        numbers -> then(blocking(|x| x), retry = 3) -> count();
    }
    .run();
}
