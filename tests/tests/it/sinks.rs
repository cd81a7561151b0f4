//! Sinks: what a flow's result is made of.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::mpsc as blocking;
use std::time::Duration;

use flow_runtime::{SendError, flow};
use tokio::sync::mpsc;

use crate::guard::drive;

mod values {
    use super::*;

    #[test]
    fn collect_takes_its_type_from_where_it_goes() {
        let vector: Vec<i32> = flow! { from([2, 1, 2]) -> collect() }.run();
        let set: BTreeSet<i32> = flow! { from([2, 1, 2]) -> collect() }.run();
        let text: String = flow! { from(['a', 'b']) -> collect() }.run();
        let map: HashMap<_, _> = flow! { from([1, 2]) -> map(|x| (x, x * x)) -> collect() }.run();
        let result: Result<Vec<u8>, _> =
            flow! { from(["1", "x"]) -> map(str::parse::<u8>) -> collect() }.run();
        assert_eq!(vector, [2, 1, 2]);
        assert_eq!(set, BTreeSet::from([1, 2]));
        assert_eq!(text, "ab");
        assert_eq!(map[&2], 4);
        assert!(result.is_err());
        let mut queue = flow! { from([1, 2]) -> collect::<VecDeque<_>>() }.run();
        assert_eq!(queue.pop_front(), Some(1));
    }

    #[test]
    fn what_nobody_looks_at_has_a_type_all_the_same() {
        flow! {
            items = from([2, 1, 2]);
            items -> collect::<Vec<_>>();
            items -> map(|x| (x, x)) -> collect::<HashMap<_, _>>();
        }
        .run();
    }

    #[test]
    fn collect_takes_its_type_from_a_tuple_and_a_function() {
        fn both() -> (Vec<u8>, BTreeSet<u8>) {
            flow! {
                items = from([1, 1]);
                all = items -> collect();
                distinct = items -> collect();
                (all, distinct)
            }
            .run()
        }
        assert_eq!(both(), (vec![1, 1], BTreeSet::from([1])));
        async fn later() -> Vec<u8> {
            flow! { from([1, 1]) -> then(async |x| x) -> collect() }.await
        }
        assert_eq!(drive(later()), [1, 1]);
    }

    #[test]
    fn fold_and_reduce() {
        let text =
            flow! { from(1..4) -> fold(String::new(), |text, x| text.push_str(&x.to_string())) }
                .run();
        assert_eq!(text, "123");
        let sum = flow! { from(1..4) -> fold(0, |sum, x| *sum += x) }.run();
        assert_eq!(sum, 6);
        assert_eq!(flow! { from(1..5) -> reduce(|a, b| a * b) }.run(), Some(24));
        assert_eq!(
            flow! { from(["a", "b"]) -> map(str::to_owned) -> reduce(|a, b| a + &b) }
                .run()
                .unwrap(),
            "ab"
        );
        assert_eq!(flow! { from(1..5) -> reduce(i32::max) }.run(), Some(4));
        assert_eq!(flow! { from(0..0) -> reduce(i32::max) }.run(), None);
    }

    #[test]
    fn count_and_sum() {
        let (count, sum, named) = flow! {
            items = from([1_u8, 2, 3]);
            count = items -> count();
            sum = items -> sum();
            named = items -> map(u64::from) -> sum::<u64>();
            (count, sum, named)
        }
        .run();
        assert_eq!((count, sum, named), (3, 6, 6));
        let total: f64 = flow! { from([0.5, 1.0]) -> sum() }.run();
        assert_eq!(total, 1.5);
        let times = [Duration::from_secs(1), Duration::from_secs(2)];
        let total: Duration = flow! { from(&times) -> sum::<Duration>() }.run();
        assert_eq!(total, Duration::from_secs(3));
        let owned = flow! { from(times) -> sum() }.run();
        assert_eq!(owned, total);
    }

    #[test]
    fn the_least_the_greatest_the_first_and_the_last() {
        let (min, max, first, last) = flow! {
            items = from(["b", "a", "d", "c"]);
            min = items -> min();
            max = items -> max();
            first = items -> first();
            last = items -> last();
            (min, max, first, last)
        }
        .run();
        assert_eq!(
            [min, max, first, last],
            [Some("a"), Some("d"), Some("b"), Some("c")]
        );
    }

    #[test]
    fn a_result_of_none_of_one_and_of_several() {
        let none: () = flow! { from(0..3) -> drain(); }.run();
        let no_value: () = flow! { from(0..3) -> drain() }.run();
        let one: usize = flow! { from(0..3) -> count() }.run();
        let named: usize = flow! { n = from(0..3) -> count(); n }.run();
        let tuple_of_one: (usize,) = flow! { n = from(0..3) -> count(); (n) }.run();
        let (a, b, c): (usize, (), i32) = flow! {
            items = from(0..3);
            a = items -> count();
            b = items -> for_each(|_| ());
            c = items -> sum();
            (a, b, c)
        }
        .run();
        assert_eq!((none, no_value, b), ((), (), ()));
        assert_eq!((one, named, tuple_of_one.0, a, c), (3, 3, 3, 3, 3));
    }

    #[test]
    fn the_order_of_a_result_is_as_written() {
        let (last, first) = flow! {
            items = from(1..=3);
            first = items -> first();
            last = items -> last();
            (last, first)
        }
        .run();
        assert_eq!((last, first), (Some(3), Some(1)));
    }
}

mod effects {
    use super::*;

    #[test]
    fn for_each_takes_closures_and_functions() {
        fn check(x: i32) {
            assert!(x < 3);
        }
        let mut seen = Vec::new();
        let mut push = |x| seen.push(x);
        flow! {
            items = from(0..3);
            items -> for_each(check);
            items -> for_each(&mut push);
        }
        .run();
        assert_eq!(seen, [0, 1, 2]);
    }

    #[test]
    fn a_sink_is_awaited_one_item_at_a_time() {
        let mut log = Vec::new();
        drive(flow! {
            from(1..=2) -> sink(async |x| {
                log.push(format!("{x} begins"));
                tokio::time::sleep(Duration::from_secs(1)).await;
                log.push(format!("{x} ends"));
            })
        });
        assert_eq!(log, ["1 begins", "1 ends", "2 begins", "2 ends"]);
        async fn print(_: i32) {}
        drive(flow! { from(1..=2) -> sink(print) });
    }

    #[test]
    fn branches_see_an_item_in_the_order_they_are_written() {
        let log = std::cell::RefCell::new(Vec::new());
        flow! {
            items = from(1..=2) -> inspect(|x| log.borrow_mut().push(format!("source {x}")));
            items -> map(|x| x * 10) -> for_each(|x| log.borrow_mut().push(format!("b {x}")));
            items -> for_each(|x| log.borrow_mut().push(format!("a {x}")));
            items -> filter(|x| x % 2 == 0) -> for_each(|x| log.borrow_mut().push(format!("c {x}")));
        }
        .run();
        let expected = ["source 1", "b 10", "a 1", "source 2", "b 20", "a 2", "c 2"];
        assert_eq!(log.into_inner(), expected);
    }
}

mod channels {
    use super::*;

    #[test]
    fn a_standard_channel_is_fed_without_waiting() {
        let (tx, rx) = blocking::channel();
        let (bounded, slots) = blocking::sync_channel(3);
        let (sent, counted) = flow! {
            items = from(1..=3);
            sent = items -> send(tx);
            items -> map(|x| x * 2) -> send(bounded)?;
            counted = items -> count();
            (sent, counted)
        }
        .run()
        .unwrap();
        assert!(sent.is_ok());
        assert_eq!(counted, 3);
        assert_eq!(rx.iter().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(slots.iter().collect::<Vec<_>>(), [2, 4, 6]);
    }

    #[test]
    fn an_unbounded_channel_is_fed_without_waiting() {
        let (tx, mut rx) = mpsc::unbounded_channel();
        let sent = flow! { from([7]) -> send(&tx) }.run();
        assert!(sent.is_ok());
        assert_eq!(rx.try_recv(), Ok(7));
    }

    #[tokio::test]
    async fn a_full_channel_is_waited_for() {
        let (tx, mut rx) = mpsc::channel(1);
        let receive = async {
            let mut all = Vec::new();
            while let Some(x) = rx.recv().await {
                all.push(x);
            }
            all
        };
        let (sent, all) = tokio::join!(flow! { from(0..100) -> send(tx) }.run(), receive);
        assert!(sent.is_ok());
        assert_eq!(all.len(), 100);
    }

    #[tokio::test]
    async fn one_waiting_channel_makes_the_flow_asynchronous() {
        let (tx, mut rx) = mpsc::channel(10);
        let (now, waiting) = blocking::channel();
        flow! {
            items = from(0..2);
            items -> send(now)?;
            items -> send(tx)?;
        }
        .await
        .unwrap();
        assert_eq!(waiting.iter().count(), 2);
        assert_eq!(rx.recv().await, Some(0));
    }

    #[test]
    fn a_receiver_that_is_gone_ends_the_branch() {
        let (tx, rx) = blocking::channel();
        drop(rx);
        let mut pulled = 0;
        let sent: Result<(), SendError<i32>> =
            flow! { from(0..) -> inspect(|_| pulled += 1) -> send(tx) }.run();
        assert_eq!(sent.unwrap_err().into_inner(), 0);
        assert_eq!(pulled, 1);
    }

    #[test]
    fn a_sender_is_let_go_at_the_end_of_the_flow() {
        let (tx, rx) = blocking::channel::<i32>();
        flow! { from([1]) -> send(tx)?; }.run().unwrap();
        assert_eq!(rx.recv(), Ok(1));
        assert!(rx.recv().is_err());
    }
}

mod files {
    use super::*;

    struct Scratch(tempfile::TempDir);

    impl Scratch {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }
    }

    fn read(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn lines_are_written() {
        let scratch = Scratch::new();
        let (squares, words) = (scratch.path("squares"), scratch.path("words"));
        let written = flow! {
            items = from(1..=3);
            items -> map(|x| x * x) -> write_lines(&squares)?;
            written = items -> map(|x| format!("no. {x}")) -> write_lines(words.clone());
            written
        }
        .run()
        .unwrap();
        assert!(written.is_ok());
        assert_eq!(read(&squares), "1\n4\n9\n");
        assert_eq!(read(&words), "no. 1\nno. 2\nno. 3\n");
    }

    #[test]
    fn an_empty_flow_writes_an_empty_file() {
        let scratch = Scratch::new();
        let path = scratch.path("empty");
        flow! { from([0; 0]) -> write_lines(&path)? }.run().unwrap();
        assert_eq!(read(&path), "");
    }

    #[test]
    fn a_file_that_cannot_be_written_ends_the_branch() {
        let scratch = Scratch::new();
        let path = scratch.path("no/such/directory");
        let mut pulled = 0;
        let written: std::io::Result<()> =
            flow! { from(0..) -> inspect(|_| pulled += 1) -> write_lines(&path) }.run();
        assert_eq!(written.unwrap_err().kind(), std::io::ErrorKind::NotFound);
        assert_eq!(pulled, 1);
    }

    #[test]
    fn a_file_is_copied_line_by_line() {
        let scratch = Scratch::new();
        let (from, to) = (scratch.path("from"), scratch.path("to"));
        std::fs::write(&from, "b\na\nb\n").unwrap();
        flow! { lines(&from)? -> unique() -> write_lines(&to)?; }
            .run()
            .unwrap();
        assert_eq!(read(&to), "b\na\n");
    }
}
