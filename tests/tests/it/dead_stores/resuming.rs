//! Behind a source that resumes, a rerun makes what a dead store kept from being
//! made, and nothing else.

use std::path::Path;

use flow_runtime::{Error, Offsets};
use tempfile::TempDir;

use super::failing::Failing;
use super::*;

/// The way in which the operator runs.
#[derive(Clone, Copy)]
enum Run {
    InTurn,
    Ordered,
    Unordered,
}

async fn run(run: Run, folder: &Path, disk: &Failing, paid: &Paid) -> Result<usize, Error> {
    let offsets = Offsets::open(folder.join("offsets")).unwrap();
    let store = Store::<Answer>::with_storage(disk.clone());
    let ids = folder.join("ids");
    let possible = |line: String| DerivedAnswer::new(line.parse().unwrap(), paid);
    match run {
        Run::InTurn => {
            let made = flow! {
                bad = drain();
                lines(&ids, resume = offsets)? -> map(possible) -> ensure(&store)? else bad -> count()
            };
            made.run().await
        }
        Run::Ordered => {
            let made = flow! {
                bad = drain();
                lines(&ids, resume = offsets)? -> map(possible)
                    -> ensure(&store, concurrency = 8)? else bad -> count()
            };
            made.run().await
        }
        Run::Unordered => {
            let made = flow! {
                bad = drain();
                lines(&ids, resume = offsets)? -> map(possible)
                    -> ensure(&store, concurrency = 8, ordered = false)? else bad -> count()
            };
            made.run().await
        }
    }
}

#[tokio::test]
async fn a_rerun_makes_the_rest() {
    for (how, at_once) in [(Run::InTurn, 1), (Run::Ordered, 8), (Run::Unordered, 8)] {
        let folder = TempDir::new().unwrap();
        let ids: String = (0..200).map(|id| format!("{id}\n")).collect();
        std::fs::write(folder.path().join("ids"), ids).unwrap();
        let (disk, paid) = (Failing::after(10), Cell::new(0));
        assert_fatal(&run(how, folder.path(), &disk, &paid).await.unwrap_err());
        let stored = disk.len();
        assert!((10..200).contains(&stored), "{stored}");
        assert!(
            paid.get() <= stored + at_once,
            "{} for {stored}",
            paid.get()
        );

        disk.mend();
        let rest = run(how, folder.path(), &disk, &paid).await.unwrap();
        assert_eq!(disk.len(), 200);
        assert!(rest >= 200 - stored, "{rest} behind {stored}");
        assert!(paid.get() <= 200 + at_once, "{}", paid.get());
        assert_eq!(run(how, folder.path(), &disk, &paid).await.unwrap(), 0);
    }
}
