use flow_runtime::flow;

enum Shape {
    Circle(u32),
    Square(u32),
    Line,
}

fn main() {
    let shapes = [Shape::Circle(1), Shape::Square(2), Shape::Line];
    let _ = flow! {
        from(shapes) -> match {
            Shape::Circle(r) => map(|r| r * 3),
            Shape::Square(a) if a > 1 => map(|a| a),
        } -> sum::<u32>()
    }
    .run();
}
