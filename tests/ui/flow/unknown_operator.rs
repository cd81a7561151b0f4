use flow_runtime::flow;

fn main() {
    let _ = flow! {
        numbers = from(0..9) -> mpa(|x| x + 1) -> filter(|x| x.nonsense());
        numbers -> for_each(|x| println!("{x}"));
    }
    .run();
}
