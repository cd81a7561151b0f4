//! Sources, what stands right behind them, and sinks.

use std::{
    collections::HashMap,
    fs::File,
    hint::black_box,
    io::{BufRead, BufReader, BufWriter, Write},
    path::PathBuf,
};

use flow_runtime::flow;

/// Adds an item to a sum in which the order counts.
fn mix(sum: u64, x: u64) -> u64 {
    sum.rotate_left(1) ^ x
}

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("flow-rows-{}-{name}", std::process::id()))
}

/// A file of so many lines, which is there from the first call on.
fn lines_of(n: usize) -> PathBuf {
    let path = path(&format!("{n}.txt"));
    if !path.exists() {
        let mut file = BufWriter::new(File::create(&path).expect("a file"));
        for line in 0..n {
            writeln!(file, "this is line {line} of a file of lines that are {n}").expect("written");
        }
    }
    path
}

rows! {
    linear {
        by_hand(items) {
            let mut sum = 0;
            for x in items {
                let x = black_box(*x).wrapping_mul(3) + 1;
                if x.is_multiple_of(2) {
                    sum = mix(sum, x);
                }
            }
            sum
        }
        flow(items) {
            flow! {
                from(items.iter()) -> map(|x| black_box(*x).wrapping_mul(3) + 1) -> filter(|x| x.is_multiple_of(2))
                    -> fold(0, |sum, x| *sum = mix(*sum, x))
            }
            .run()
        }
        iterator(items) {
            let items = items.iter().map(|x| black_box(*x).wrapping_mul(3) + 1);
            items.filter(|x| x.is_multiple_of(2)).fold(0, mix)
        }
        futures(items) {
            use futures::{StreamExt, future::ready, stream};
            let items = stream::iter(items).map(|x| black_box(*x).wrapping_mul(3) + 1);
            crate::block_on(items.filter(|x| ready(x.is_multiple_of(2))).fold(0, |sum, x| ready(mix(sum, x))))
        }
    }

    skip {
        by_hand(items) {
            let mut sum = 0;
            for x in items.iter().skip(7) {
                sum = mix(sum, *x);
            }
            sum
        }
        flow(items) { flow! { from(items.iter()) -> skip(7) -> fold(0, |sum, x| *sum = mix(*sum, *x)) }.run() }
    }

    step_by {
        by_hand(items) { items.iter().step_by(3).fold(0, |sum, x| mix(sum, *x)) }
        flow(items) { flow! { from(items.iter()) -> step_by(3) -> fold(0, |sum, x| *sum = mix(*sum, *x)) }.run() }
    }

    enumerate {
        by_hand(items) {
            let mut sum = 0;
            for (at, x) in items.iter().enumerate() {
                sum = mix(sum, x ^ at as u64);
            }
            sum
        }
        flow(items) {
            flow! { from(items.iter()) -> enumerate() -> fold(0, |sum, (at, x)| *sum = mix(*sum, x ^ at as u64)) }.run()
        }
    }

    take {
        by_hand(items) { items.iter().take(items.len() - 7).fold(0, |sum, x| mix(sum, *x)) }
        flow(items) { flow! { from(items.iter()) -> take(items.len() - 7) -> fold(0, |sum, x| *sum = mix(*sum, *x)) }.run() }
    }

    skip_step_take_enumerate {
        by_hand(items) {
            let some = items.iter().skip(7).step_by(3).take(items.len() / 4).enumerate();
            some.fold(0, |sum, (at, x)| mix(sum, x ^ at as u64))
        }
        flow(items) {
            flow! {
                from(items.iter()) -> skip(7) -> step_by(3) -> take(items.len() / 4) -> enumerate()
                    -> fold(0, |sum, (at, x)| *sum = mix(*sum, x ^ at as u64))
            }
            .run()
        }
    }

    chained_iterators {
        by_hand(items) {
            let (a, b) = items.split_at(items.len() / 2);
            a.iter().chain(b).fold(0, |sum, x| mix(sum, *x))
        }
        flow(items) {
            let (a, b) = items.split_at(items.len() / 2);
            flow! { from(a.iter().chain(b)) -> fold(0, |sum, x| *sum = mix(*sum, *x)) }.run()
        }
    }

    collect_vec {
        by_hand(items) {
            let all: Vec<u64> = items.iter().map(|x| x ^ 5).collect();
            black_box(&all).len() as u64
        }
        flow(items) {
            let all = flow! { from(items.iter()) -> map(|x| x ^ 5) -> collect::<Vec<_>>() }.run();
            black_box(&all).len() as u64
        }
        pushed(items) {
            let mut all = Vec::new();
            for x in items {
                all.push(x ^ 5);
            }
            black_box(&all).len() as u64
        }
    }

    collect_string {
        by_hand(items) {
            let all: String = items.iter().map(|x| char::from(b'a' + (x % 26) as u8)).collect();
            black_box(&all).len() as u64
        }
        flow(items) {
            let flow = flow! { from(items.iter()) -> map(|x| char::from(b'a' + (x % 26) as u8)) -> collect::<String>() };
            black_box(&flow.run()).len() as u64
        }
    }

    collect_map {
        by_hand(items) {
            let all: HashMap<u64, u64> = items.iter().map(|x| (*x, x ^ 5)).collect();
            black_box(&all).len() as u64
        }
        flow(items) {
            let all = flow! { from(items.iter()) -> map(|x| (*x, x ^ 5)) -> collect::<HashMap<_, _>>() }.run();
            black_box(&all).len() as u64
        }
    }

    lines {
        by_hand(items) {
            // The line is lent, and its memory used again.
            let mut file = BufReader::with_capacity(1 << 16, File::open(lines_of(items.len())).expect("a file"));
            let (mut sum, mut line) = (0, String::new());
            while file.read_line(&mut line).expect("a line") > 0 {
                sum += black_box(line.trim_end_matches('\n')).len() as u64;
                line.clear();
            }
            sum
        }
        flow(items) {
            flow! { lines(lines_of(items.len()))? -> fold(0, |sum, line| *sum += black_box(line).len() as u64) }
                .run()
                .expect("lines")
        }
        std_lines(items) {
            let file = BufReader::new(File::open(lines_of(items.len())).expect("a file"));
            file.lines().map(|line| black_box(line.expect("a line")).len() as u64).sum()
        }
    }

    write_lines {
        by_hand(items) {
            let mut file = BufWriter::with_capacity(1 << 16, File::create(path("by-hand")).expect("a file"));
            for _ in items {
                file.write_all(black_box("this is a line of the file").as_bytes()).expect("written");
                file.write_all(b"\n").expect("written");
            }
            file.flush().expect("written");
            0
        }
        flow(items) {
            flow! { from(items.iter()) -> map(|_| black_box("this is a line of the file")) -> write_lines(path("flow"))? }
                .run()
                .expect("written");
            0
        }
        writeln(items) {
            let mut file = BufWriter::with_capacity(1 << 16, File::create(path("writeln")).expect("a file"));
            for _ in items {
                writeln!(file, "{}", black_box("this is a line of the file")).expect("written");
            }
            file.flush().expect("written");
            0
        }
    }
}
