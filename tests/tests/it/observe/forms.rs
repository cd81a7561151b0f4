//! Flows in which nothing is awaited, form by form.

use std::cell::{OnceCell, RefCell};

use flow_runtime::{
    flow,
    inspect::{Watch, Watched},
    running::Flow,
};

use super::{edges, ended, items};

#[test]
fn a_flow_that_is_run_counts_what_goes_over_each_edge() {
    let flow = flow! {
        #![observe = "evens"]
        numbers = from(0..5000_u64);
        numbers -> map(|x| x * 3) -> filter(|x| x % 2 == 0) -> count()
    };
    let watch = flow.watch();
    assert_eq!((watch.name(), ended(&watch)), ("evens", String::new()));
    assert_eq!(flow.run(), 2500);
    let told = [
        "numbers -> map_1: 5000",
        "map_1 -> filter_2: 5000",
        "filter_2 -> count_3: 2500",
    ];
    assert_eq!(
        (edges(&watch), ended(&watch)),
        (told.map(String::from).into(), "done".into())
    );
}

#[test]
fn a_flow_without_a_name_has_that_of_file_and_line() {
    let line = line!();
    let flow = flow! {
        #![observe]
        from([1]) -> drain();
    };
    let name = flow.watch().name().to_owned();
    assert!(name.ends_with(&format!("forms.rs:{}", line + 2)), "{name}");
}

#[test]
fn a_match_with_one_open_arm_has_the_name_of_its_statement() {
    let flow = flow! {
        #![observe]
        evens = from([1_u32, 2, 3]) -> match { x if x % 2 == 0 => map(|x| x * 2), _ => drop };
        evens -> count()
    };
    let (watch, graph) = (flow.watch(), flow.graph());
    assert_eq!(flow.run(), 1);
    let told = [
        "from_0 -> match_1: 3",
        "match_1 -> evens: 1",
        "match_1 -> drop: 2",
        "evens -> count_3: 1",
    ];
    assert_eq!(edges(&watch), told.map(String::from));
    let names = graph
        .nodes()
        .iter()
        .filter(|node| node.name == Some("evens"));
    let named: Vec<_> = names.map(|node| node.operator).collect();
    assert!(named.contains(&"map"), "{named:?}");
}

#[test]
fn edges_are_those_of_the_picture() {
    let flow = flow! {
        #![observe]
        out = from(0..10) -> match { 0..=3 => drop, n if n > 7 => map(|n: u64| n), _ => drop };
        out -> for_each(|_| ());
        out -> count()
    };
    let watch = flow.watch();
    flow.run();
    let graph = watch.graph();
    assert_eq!(graph.edges().len(), watch.snapshot().edges.len());
    let names = graph.edges().iter().zip(watch.snapshot().edges);
    for (drawn, counted) in names {
        let to = graph.nodes()[drawn.to];
        assert!(
            counted.to.starts_with(to.operator) || to.name.is_some(),
            "{counted:?}"
        );
    }
    assert_eq!(items(&watch).iter().sum::<u64>(), 10 + 4 + 2 + 4 + 2 + 2);
}

#[test]
fn numbers_are_published_while_it_runs() {
    let watched = std::sync::OnceLock::new();
    let mut seen = Vec::new();
    let flow = flow! {
        #![observe]
        from(0..10_000_u64) -> for_each(|n| {
            if n % 1000 == 999 {
                seen.push(items(watched.get().unwrap())[0]);
            }
        });
    };
    watched.set(flow.watch()).unwrap();
    flow.run();
    for (thousands, seen) in (1..).zip(seen) {
        assert!(
            seen <= thousands * 1000 && seen + 1024 >= thousands * 1000,
            "{seen}"
        );
    }
}

#[test]
fn one_item_without_end_is_published_too() {
    let watched = std::sync::OnceLock::new();
    let flow = flow! {
        #![observe]
        from([0]) -> flat_map(|_| 0_u64..) -> take_while(|n| *n < 5000) -> for_each(|n| {
            let so_far = items(watched.get().unwrap())[1];
            assert!(so_far <= n + 1 && so_far + 1024 >= n, "{so_far} at {n}");
        });
    };
    watched.set(flow.watch()).unwrap();
    flow.run();
}

#[test]
fn an_iterator_counts_as_it_is_taken() {
    let mut flow = flow! { #![observe] from(0..3) -> map(|x: i32| x + 1) };
    let watch = flow.watch();
    assert_eq!((flow.next(), items(&watch)), (Some(1), vec![1, 1]));
    assert_eq!(flow.by_ref().count(), 2);
    assert_eq!((items(&watch), ended(&watch)), (vec![3, 3], "done".into()));

    let flow = flow! { #![observe] from(0..3) -> flat_map(|x: u64| x..) };
    let watch = flow.watch();
    assert_eq!(flow.take(10).count(), 10);
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![1, 10], "cancelled".into())
    );
}

#[test]
fn an_open_flow_counts_as_it_is_emitted_into() {
    let mut flow = flow! {
        #![observe]
        <u64> -> map(|x| x + 1) -> partition(2) -> map(|batch| batch.len()) -> sum::<usize>()
    };
    let watch = flow.watch();
    (0..3).for_each(|n| flow.emit(n));
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![3, 3, 1, 1], String::new())
    );
    assert_eq!(flow.finish(), 3);
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![3, 3, 2, 2], "done".into())
    );
}

fn watched(flow: &impl Watched) -> Watch {
    flow.watch()
}

#[test]
fn inlets_are_counted_each() {
    let mut flow = flow! {
        #![observe]
        left = <u64>;
        right = <u64>;
        union(left, right) -> sum::<u64>()
    };
    let watch = watched(&flow);
    flow.emit_left(1);
    flow.emit_right(2);
    flow.emit_left(3);
    assert_eq!((items(&watch), flow.finish()), (vec![2, 1, 3], 6));
    assert_eq!(ended(&watch), "done");
}

#[test]
fn a_flow_on_a_thread_of_its_own_is_watched_from_here() {
    let flow = flow! {
        #![observe]
        left = <u64>;
        right = <u64>;
        union(left, right) -> sum::<u64>()
    };
    let watch = flow.watch();
    let (emitter, sum) = flow.spawn_thread();
    emitter.left.emit_blocking(1).unwrap();
    emitter.close();
    assert_eq!(sum.join().unwrap(), 1);
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![1, 0, 1], "done".into())
    );
}

#[test]
fn chains_of_keys_are_told_within_their_element() {
    let flow = flow! {
        #![observe]
        from(0..100_u64) -> by_key(|x| x % 3) { sliding_window(2) -> map(|[a, b]| a + b) } -> count()
    };
    let watch = flow.watch();
    assert_eq!(flow.run(), 97);
    let told = [
        "from_0 -> by_key_1: 100",
        "by_key_1 -> count_2: 97",
        "by_key_1 -> by_key_1.sliding_window_1: 100",
        "by_key_1.sliding_window_1 -> by_key_1.map_2: 97",
        "by_key_1.map_2 -> by_key_1: 97",
    ];
    assert_eq!(edges(&watch), told);
}

#[test]
fn the_copies_of_a_piece_are_added_up() {
    let piece = flow! { #![observe] <u64> -> map(|x| x + 1) -> filter(|x| x % 2 == 0) };
    let of_piece = piece.watch();
    let flow =
        flow! { #![observe] from(0..100_u64) -> by_key(|x| x % 5) { via(piece) } -> count() };
    let watch = flow.watch();
    assert_eq!(flow.run(), 50);
    assert_eq!(
        (items(&of_piece), ended(&of_piece)),
        (vec![100, 100, 50], "done".into())
    );
    assert_eq!(items(&watch), [100, 50, 100, 50]);
}

#[test]
fn what_goes_round_is_counted_each_time() {
    let flow = flow! {
        #![observe]
        pages = unique() -> flat_map(|n: u64| [n / 2, n / 3]) -> pages;
        from([100_u64]) -> pages;
    };
    let watch = flow.watch();
    flow.run();
    let told = [
        "unique_0 -> pages: 15",
        "pages -> union_3: 30",
        "from_2 -> union_3: 1",
        "union_3 -> unique_0: 31",
    ];
    assert_eq!(edges(&watch), told);
}

#[test]
fn what_waits_at_a_fan_in_is_told() {
    let (view, seen) = (OnceCell::<Watch>::new(), RefCell::new(Vec::new()));
    let look = |_| {
        seen.borrow_mut()
            .push(view.get().unwrap().snapshot().queues[0].waiting)
    };
    let flow = flow! {
        #![observe]
        numbers = from(0..4000_u64);
        evens = numbers -> filter(|x| x % 2 == 0);
        zip(numbers, evens) -> for_each(look);
    };
    let watch = flow.watch();
    view.set(watch.clone()).unwrap();
    flow.run();
    let mut seen = seen.into_inner();
    seen.dedup();
    assert_eq!(seen, [0, 512, 1024, 1536]);
    // Nobody comes for what is left.
    let queue = &watch.snapshot().queues[0];
    assert_eq!(
        (queue.stage.as_str(), queue.waiting, queue.bound),
        ("zip_2", 0, None)
    );
}

#[test]
fn many_flushes_are_counted_as_what_leaves() {
    let flow = flow! {
        #![observe]
        from(0..7_u64) -> partition(2) -> map(|b| b.len()) -> partition(2) -> map(|b| b.len())
            -> partition(2) -> map(|b| b.len()) -> partition(2) -> map(|b| b.len())
            -> partition(2) -> map(|b| b.len()) -> partition(2) -> count()
    };
    let watch = flow.watch();
    assert_eq!(flow.run(), 1);
    assert_eq!(items(&watch), [7, 4, 4, 2, 2, 1, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn a_flow_is_returned_with_its_view() {
    fn job() -> impl Flow<Output = usize> + Watched {
        flow! { #![observe = "job"] from(0..3) -> count() }
    }
    let job = job();
    let watch = Watched::watch(&job);
    assert_eq!((Flow::run(job), watch.name()), (3, "job"));
}

#[test]
fn two_flows_of_one_place_are_counted_apart() {
    let job = |n: u64| flow! { #![observe = "job"] from(0..n) -> count() };
    let jobs = [job(3), job(4)];
    let watches = jobs.each_ref().map(|job| job.watch());
    jobs.into_iter().for_each(|job| _ = job.run());
    assert_eq!(watches.map(|watch| items(&watch)[0]), [3, 4]);
}

#[tokio::test]
async fn inlets_of_a_flow_that_awaits_are_counted_each() {
    let mut flow = flow! {
        #![observe]
        left = <u64>;
        right = <u64>;
        union(left, right) -> then(async |n: u64| n) -> sum::<u64>()
    };
    let watch = watched(&flow);
    flow.emit_left(1).await;
    flow.emit_right(2).await;
    flow.emit_left(3).await;
    assert_eq!(flow.finish().await, 6);
    assert_eq!(
        (items(&watch)[..2].to_vec(), ended(&watch)),
        (vec![2, 1], "done".into())
    );
}

#[test]
fn a_flow_that_is_run_is_one_loop_at_work() {
    let told = std::sync::OnceLock::new();
    let watched = std::sync::OnceLock::new();
    let flow = flow! {
        #![observe]
        numbers = from(0..10_u64);
        numbers -> map(|n| n + 1) -> for_each(|n| {
            std::thread::sleep(std::time::Duration::from_millis(1));
            if n == 10 {
                told.set(Watch::snapshot(watched.get().unwrap())).unwrap();
            }
        });
    };
    watched.set(flow.watch()).unwrap();
    let before = flow.watch().snapshot();
    assert_eq!(before.regions[0].waiting, 1.0);
    let watch = flow.watch();
    flow.run();
    for told in [told.get().unwrap(), &watch.snapshot()] {
        let [region] = &told.regions[..] else {
            panic!("{told:?}")
        };
        assert_eq!(region.stages, ["numbers", "map_1", "for_each_2"]);
        assert_eq!(
            (region.busy, region.waiting, region.held_up),
            (1.0, 0.0, 0.0)
        );
        // Nothing is known of one stage that is not known of the others.
        assert_eq!(told.slow, None);
    }
}
