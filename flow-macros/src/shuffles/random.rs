//! Random flows, with all that leads from one stage to another: segments that are fed
//! by chains, arms and errors, also twice by one stage, and names that are read.

use super::Statements;

/// Splitmix64.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

/// A flow of segments `s0`, `s1`, … and stages `n0`, `n1`, …, of which some may be
/// unfed, or read each other.
pub fn flow(random: &mut Random) -> Statements {
    let segments = 1 + random.below(4);
    let stages = 1 + random.below(3);
    let segment = |random: &mut Random| format!("s{}", random.below(segments));
    // Mostly one before: stages that read each other are a mistake.
    let stage = |random: &mut Random, before: usize| match random.below(16) {
        0 => format!("n{}", random.below(stages)),
        1..8 if before > 0 => format!("n{}", random.below(before)),
        _ => format!("s{}", random.below(segments)),
    };
    let mut statements = Vec::new();
    for index in 0..segments {
        let bound = ["", "", "", "#[capacity(8)] "][random.below(4)];
        let operator = operator(random, &segment);
        let end = match random.below(6) {
            0 => {
                statements.push(format!("s{index} -> drain();"));
                String::new()
            }
            1 => arms(random, &segment),
            _ => format!(" -> {}", segment(random)),
        };
        statements.push(format!("{bound}s{index} = {operator}{end};"));
    }
    for index in 0..stages {
        let head = match random.below(3) {
            0 => "from([1])".to_string(),
            _ => {
                let meets = ["union", "union", "zip", "combine_latest"][random.below(4)];
                let first =
                    ["from([1])".to_string(), stage(random, index)][random.below(2)].clone();
                format!("{meets}({first}, {})", stage(random, index))
            }
        };
        statements.push(format!(
            "n{index} = {head} -> {};",
            operator(random, &segment)
        ));
    }
    for _ in 0..1 + random.below(3) {
        statements.push(format!("from([1]) -> {};", segment(random)));
    }
    for _ in 0..random.below(3) {
        statements.push(format!("{} -> {};", stage(random, stages), segment(random)));
    }
    for index in 0..stages {
        statements.push(format!("n{index} -> drain();"));
    }
    Statements {
        first: String::new(),
        statements,
        result: String::new(),
    }
}

fn operator(random: &mut Random, segment: &dyn Fn(&mut Random) -> String) -> String {
    match random.below(9) {
        0 => format!("map(f)? else {}", segment(random)),
        1 => "then(f, concurrency = 2)".to_string(),
        2 => "flat_map(f)".to_string(),
        3 => "buffer(2)".to_string(),
        4 => "by_key(k) { map(f) }".to_string(),
        5 => "then(f)".to_string(),
        6 => "take(3)".to_string(),
        _ => "map(f)".to_string(),
    }
}

fn arms(random: &mut Random, segment: &dyn Fn(&mut Random) -> String) -> String {
    let arms: String = (0..1 + random.below(3))
        .map(|index| match random.below(4) {
            0 => format!("{index} => map(f) -> {}, ", segment(random)),
            1 => format!("{index} => drain(), "),
            _ => format!("{index} => {}, ", segment(random)),
        })
        .collect();
    format!(" -> match {{ {arms}_ => drop }}")
}
