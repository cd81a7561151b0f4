use flow_runtime::flow;

#[derive(Clone)]
struct Row {
    celsius: f64,
    user: u32,
}

fn main() {
    let d = std::time::Duration::ZERO;
    let _ = flow! {
        rows = from(Vec::<Row>::new());
        rows -> map(|r| r.) -> filter(|f| f > 3) -> drain();
        rows -> filter(|r| r. > 3.0) -> map(|r| r.celsius) -> drain();
        rows -> filter(|r| { r. }) -> drain();
        rows -> filter(|r| { r. let a = r.user; a > 1 }) -> drain();
        rows -> filter(|r| r.celsius > ) -> drain();
        rows -> filter(|r| ) -> drain();
        rows -> fold(0, |sum, r| *sum += r.);
        rows -> unique(by = |r| r.) -> drain();
        rows -> then(async |r| r.) -> drain();
        rows -> by_key(|r| r.user) { map(|r| r.) } -> drain();
        rows -> by_key(|r| r.) { map(|r| r.user) } -> drain();
        rows -> by_key(|r| r.user, idle = d.) { map(|r| r.user) } -> drain();
        rows -> scatter(2) -> map(|r| r.) -> gather() -> drain();
        rows -> match { r if r.user > 1 => map(|r| r.), _ => drop } -> drain();
        rows -> match { r if r. > 1 => map(|r| r.user), _ => drop } -> drain();
        rows -> then(async |r| r, concurrency = ) -> drain();
    }
    .run();
}
