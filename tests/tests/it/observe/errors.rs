//! Errors, panics and cancelled flows: what stays to be read of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use flow_runtime::flow;
use tokio::time::sleep;

use super::{ended, items};

fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[test]
fn an_error_ends_it_and_is_told() {
    let flow = flow! { #![observe] from(["1", "x", "2"]) -> map(parse)? -> sum::<u8>() };
    let watch = flow.watch();
    let error = flow.run().unwrap_err();
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![2, 1], format!("error: {error}"))
    );
    let errors = watch.snapshot().errors;
    assert_eq!((errors[0].stage.as_str(), errors[0].count), ("map_1", 1));
    assert!(errors[0].last[0].contains("invalid digit"));
}

#[test]
fn errors_with_a_route_are_counted_and_end_nothing() {
    let texts = (0..20).map(|n| {
        if n % 2 == 0 {
            n.to_string()
        } else {
            format!("x{n}")
        }
    });
    let flow = flow! {
        #![observe]
        parsed = from(texts) -> map(|text| text.parse::<u8>().map_err(|_| text))? else wrong;
        wrong = for_each(|_| ());
        parsed -> count()
    };
    let watch = flow.watch();
    assert_eq!(flow.run(), 10);
    let errors = &watch.snapshot().errors[0];
    assert_eq!((errors.stage.as_str(), errors.count), ("parsed", 10));
    assert_eq!(errors.last, ["x13", "x15", "x17", "x19"]);
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![20, 10, 10], "done".into())
    );
}

#[test]
fn an_error_of_any_type_has_a_message() {
    #[derive(Debug)]
    struct Debugged;
    struct Neither;
    let flow = flow! {
        #![observe]
        from([1]) -> map(|n| Err::<u8, _>((n, Debugged).1))? else drop -> drain();
        from([1]) -> map(|n: u8| if n > 1 { Ok(n) } else { Err(Neither) })? else drop -> drain();
    };
    let watch = flow.watch();
    flow.run();
    let errors = watch.snapshot().errors;
    assert_eq!(errors[0].last, ["Debugged"]);
    assert!(errors[1].last[0].ends_with("Neither"));
}

#[test]
fn an_error_type_of_the_users_own_is_told_as_well() {
    struct Mine;
    impl From<std::num::ParseIntError> for Mine {
        fn from(_: std::num::ParseIntError) -> Self {
            Self
        }
    }
    let flow = flow! {
        #![error = Mine]
        #![observe]
        from(["x"]) -> map(parse)? -> sum::<u8>()
    };
    let watch = flow.watch();
    assert!(flow.run().is_err());
    assert!(ended(&watch).ends_with("Mine"), "{}", ended(&watch));
}

#[test]
fn in_an_open_flow_an_error_ends_nothing() {
    let mut flow = flow! { #![observe] <&str> -> map(parse)? -> sum::<u8>() };
    let watch = flow.watch();
    assert!(flow.emit("x").is_err());
    flow.emit("4").unwrap();
    assert_eq!((items(&watch), ended(&watch)), (vec![2, 1], String::new()));
    assert_eq!((flow.finish().unwrap(), ended(&watch)), (4, "done".into()));
    assert_eq!(watch.snapshot().errors[0].count, 1);
}

#[test]
fn a_panic_is_told_and_what_was_published_stays() {
    let flow = flow! {
        #![observe]
        from(0..5000_u64) -> map(|x| { assert!(x < 4000); x }) -> count()
    };
    let watch = flow.watch();
    assert!(catch_unwind(AssertUnwindSafe(|| flow.run())).is_err());
    let items = items(&watch)[0];
    assert!(items <= 4001 && items + 1024 >= 4001, "{items}");
    assert_eq!(ended(&watch), "panic");
}

#[test]
fn a_flow_that_never_runs_was_cancelled() {
    let flow = flow! { #![observe] from(0..3) -> count() };
    let watch = flow.watch();
    drop(flow);
    assert_eq!(ended(&watch), "cancelled");
}

#[tokio::test(start_paused = true)]
async fn what_was_cancelled_keeps_its_numbers() {
    let slow = async |x: u64| {
        sleep(Duration::from_millis(100)).await;
        x
    };
    let flow = flow! { #![observe] from(0..100) -> then(slow, concurrency = 4) -> count() };
    let watch = flow.watch();
    let running = flow.spawn();
    sleep(Duration::from_millis(450)).await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![20, 16], "cancelled".into())
    );
    let told = watch.snapshot();
    assert_eq!(
        (told.jobs[0].running, told.jobs[0].done, told.seconds),
        (0, 16, 0.45)
    );
}

#[tokio::test]
async fn a_panic_in_a_task_is_told() {
    let odd = async |x: u64| {
        assert!(x < 5);
        x
    };
    let flow = flow! { #![observe] from(0..100) -> then(odd) -> count() };
    let watch = flow.watch();
    assert!(flow.spawn().await.unwrap_err().is_panic());
    assert_eq!((items(&watch), ended(&watch)), (vec![6, 5], "panic".into()));
}

#[tokio::test]
async fn errors_of_asynchronous_flows_end_them() {
    let odd = async |x: u64| if x == 3 { Err("three") } else { Ok(x) };
    let flow = flow! { #![observe] from(0..9) -> then(odd)? -> count() };
    let watch = flow.watch();
    let error = flow.run().await.unwrap_err();
    assert_eq!(ended(&watch), format!("error: {error}"));
    assert_eq!(
        (
            watch.snapshot().jobs[0].done,
            watch.snapshot().jobs[0].failed
        ),
        (3, 1)
    );
}

/// Asserts that the error with which a flow ends is among its errors, at a stage that its edges
/// know.
fn assert_told(watch: &flow_runtime::inspect::Watch, error: &flow_runtime::Error) {
    let told = watch.snapshot();
    let text = error.to_string();
    let of = told.errors.iter().find(|each| each.last.contains(&text));
    let of = of.unwrap_or_else(|| panic!("{text}: {:?}", told.errors));
    assert!(told.edges.iter().any(|edge| edge.to == of.stage), "{of:?}");
}

#[tokio::test]
async fn errors_of_sinks_and_of_cycles_are_counted() {
    let none = "/no/such/folder/file";
    let flow = flow! { #![observe] from(["a"]) -> write_lines(none)? };
    let watch = flow.watch();
    assert_told(&watch, &flow.run().unwrap_err());
    let (sender, receiver) = std::sync::mpsc::channel();
    drop(receiver);
    let flow = flow! { #![observe] from(["a"]) -> send(sender)? };
    let watch = flow.watch();
    assert_told(&watch, &flow.run().unwrap_err());
    let flow = flow! {
        #![observe]
        #[capacity(5)]
        numbers = unique() -> flat_map(|x| [x * 2 + 1, x * 2 + 2]) -> filter(|x| *x < 1000) -> numbers;
        from([0_u32]) -> numbers;
    };
    let watch = flow.watch();
    assert_told(&watch, &flow.run().unwrap_err());
    let flow = flow! {
        #![observe]
        #[capacity(5)]
        numbers = unique() -> then(async |x| x, concurrency = 2)
            -> flat_map(|x| [x * 2 + 1, x * 2 + 2]) -> filter(|x| *x < 1000) -> numbers;
        from([0_u32]) -> numbers;
    };
    let watch = flow.watch();
    assert_told(&watch, &flow.run().await.unwrap_err());
}
