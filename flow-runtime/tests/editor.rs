//! Flows as editors see them: they compile, and give the same.

// What `flow!` hides, as a macro of another crate, is told here.
#![allow(unused_assignments, unused_mut, unused_variables)]

use flow_runtime::__private::compile_flow_in_editor;

#[test]
fn stages_and_options_are_known() {
    let (evens, sum) = compile_flow_in_editor! { [::flow_runtime]
        numbers = from(1..=10) -> map(|n| n * n);
        evens   = numbers -> filter(|n| n % 2 == 0) -> unique(capacity = 8) -> collect::<Vec<_>>();
        sum     = numbers -> fold(0, |sum, n| *sum += n);
        (evens, sum)
    }
    .run();
    assert_eq!((evens, sum), (vec![4, 16, 36, 64, 100], 385));
}

#[test]
fn errors_arms_and_chains_of_keys_are_known() {
    let (count, bad) = compile_flow_in_editor! { [::flow_runtime]
        numbers = from(["1", "x", "2"]) -> map(|text| text.parse::<u8>())? else wrong;
        parts   = numbers -> match {
            1 => map(|n| n + 1),
            _ => by_key(|n| n % 2) { accumulate(0, |sum, n| { *sum += n; *sum }) },
        };
        wrong   = count();
        count   = zip_latest(parts, numbers) -> count();
        (count, wrong)
    }
    .run();
    assert_eq!((count, bad), (2, 1));
}

#[test]
fn two_inlets_are_known() {
    let mut flow = compile_flow_in_editor! { [::flow_runtime]
        left = <u8>;
        right = <u8>;
        zip(left, right) -> map(|(a, b)| a + b) -> collect::<Vec<_>>()
    };
    flow.emit_left(1);
    flow.emit_right(2);
    assert_eq!(flow.finish(), [3]);
}

#[tokio::test]
async fn flows_that_await_are_known() {
    let flow = compile_flow_in_editor! { [::flow_runtime]
        doubled = from([1, 2, 3]) -> then(async |n| n * 2, concurrency = 2, ordered = true);
        doubled -> sum::<i32>()
    };
    assert_eq!(flow.run().await, 12);
}
