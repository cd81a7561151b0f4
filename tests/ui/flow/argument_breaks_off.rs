use flow_runtime::flow;

#[derive(Clone)]
struct Row {
    celsius: f64,
    user: u32,
}

fn main() {
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
        rows -> buffer(capacity = ) -> drain();
        rows -> then(async |r| r, concurrency = ) -> drain();
    }
    .run();
}
