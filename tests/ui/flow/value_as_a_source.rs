use flow_runtime::flow;

struct Owner {
    items: Vec<u32>,
}

impl Owner {
    fn count(&self) -> usize {
        flow! { self.items.iter() -> count() }.run()
    }
}

fn main() {
    let v = vec![1, 2];
    let _ = flow! {
        a = v -> map(|x| x + 1);
        b = v.iter() -> map(|x| x + 1);
        c = 0..3 -> map(|x| x + 1);
        d = (0..3) -> map(|x| x + 1);
        e = union(vec![1] -> map(|x| x + 1), [1]);
        "text".chars() -> for_each(|c| println!("{c}"));
        union(a, b, c, d, e) -> drain();
    }
    .run();
    Owner { items: v }.count();
}
