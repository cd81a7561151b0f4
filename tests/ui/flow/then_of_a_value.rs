use flow_runtime::flow;

async fn of_text(text: String) -> usize {
    text.len()
}

fn not_async(x: u32) -> u32 {
    x
}

async fn fails(_: u32) -> Result<(), String> {
    Ok(())
}

fn main() {
    let number = 3;
    let numbers = || 0..9_u32;
    let _ = flow! { from(numbers()) -> then(of_text) -> map(|x| x + 1) -> drain(); };
    let _ = flow! { from(numbers()) -> then(of_text, concurrency = 2) -> map(|x| x + 1) -> drain(); };
    let _ = flow! { from(numbers()) -> then(not_async) -> map(|x| x + 1) -> drain(); };
    let _ = flow! { from(numbers()) -> then(number) -> map(|x| x + 1) -> drain(); };
    let _ = flow! { from(numbers()) -> by_key(|x| x % 2) { then(not_async) } -> drain(); };
    let _ = flow! { from(numbers()) -> sink(fails); };
    let _ = flow! { from(numbers()) -> sink(not_async); };
}
