use flow_runtime::flow;

fn main() {
    let _ = flow! {
        ping = map(|x: u32| x + 1) -> pong;
        pong = filter(|x| *x < 9) -> ping;
    }
    .run();
}
