use flow_runtime::{Operator, flow};

struct Token;

struct Own(u32);

impl Own {
    fn get(&self) -> u32 {
        self.0
    }
}

struct Same;

impl Operator<u32> for Same {
    type Out = u32;

    fn push(&mut self, x: u32) -> impl IntoIterator<Item = u32> {
        [x]
    }
}

fn function() {
    let own = Own(1);
    let piece = flow! { <u32> -> map(move |x| x + own.get()) };
    let _ = flow! { from([1]) -> by_key(|x| *x) { via(piece) } -> drain() };
}

fn held() {
    let piece = flow! { <Token> -> partition(2) };
    let _ = flow! { from([1]) -> map(|_| Token) -> by_key(|_| 1) { via(piece) } -> drain() };
}

fn operator() {
    let _ = flow! { from([1]) -> by_key(|x| *x) { via(Same) } -> drain() };
}

fn awaits() {
    let piece = flow! { <u32> -> then(async |x| x) -> via(Same) };
    let _ = flow! { from([1]) -> by_key(|x| *x) { via_async(piece) } -> drain() };
}

fn main() {
    function();
    held();
    operator();
    awaits();
}
