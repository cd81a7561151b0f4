//! Flows that run in a task of their own, and who looks at them: beside the channels of tokio.

use std::hint::black_box;

use flow_runtime::{Hub, flow};
use tokio::{
    runtime::{Builder, Runtime},
    sync::{broadcast, mpsc},
};

/// Adds an item to a sum in which the order counts.
fn mix(sum: u64, x: u64) -> u64 {
    sum.rotate_left(1) ^ x
}

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
}

/// A task that adds up what comes through a channel with room for so many.
fn by_channel(items: &[u64], room: usize) -> u64 {
    runtime().block_on(async {
        let (sender, mut receiver) = mpsc::channel(room);
        let sum = tokio::spawn(async move {
            let mut sum = 0;
            while let Some(x) = receiver.recv().await {
                sum = mix(sum, x);
            }
            sum
        });
        for x in items.iter().step_by(8) {
            sender.send(black_box(*x)).await.expect("somebody reads");
        }
        drop(sender);
        sum.await.expect("a sum")
    })
}

rows! {
    spawned_emitter {
        by_hand(items) { by_channel(items, 1) }
        flow(items) {
            runtime().block_on(async {
                let flow = flow! { <u64> -> then(async |x| x) -> fold(0, |sum, x| *sum = mix(*sum, x)) };
                let (emitter, sum) = flow.spawn();
                for x in items.iter().step_by(8) {
                    emitter.emit(black_box(*x)).await.expect("it takes all");
                }
                emitter.close();
                sum.await.expect("a sum")
            })
        }
    }

    spawned_emitter_buffer {
        by_hand(items) { by_channel(items, 64) }
        flow(items) {
            runtime().block_on(async {
                let flow = flow! { <u64> -> buffer(64) -> fold(0, |sum, x| *sum = mix(*sum, x)) };
                let (emitter, sum) = flow.spawn();
                for x in items.iter().step_by(8) {
                    emitter.emit(black_box(*x)).await.expect("it takes all");
                }
                emitter.close();
                sum.await.expect("a sum")
            })
        }
    }

    spawned_emitter_with_room {
        // The linker keeps one of two functions with the same code.
        by_hand(items) { by_channel(items, black_box(64)) }
        flow(items) {
            runtime().block_on(async {
                let flow = flow! { <u64> -> then(async |x| x) -> fold(0, |sum, x| *sum = mix(*sum, x)) };
                let (emitter, sum) = flow.spawn();
                let emitter = emitter.buffered(64);
                for x in items.iter().step_by(8) {
                    emitter.emit(black_box(*x)).await.expect("it takes all");
                }
                emitter.close();
                sum.await.expect("a sum")
            })
        }
    }

    tap_with_3_subscribers {
        by_hand(items) {
            runtime().block_on(async {
                let (sender, mut first) = broadcast::channel(16);
                let mut all = [sender.subscribe(), sender.subscribe()];
                let mut sum = 0;
                for x in items.iter().step_by(8) {
                    sender.send(black_box(*x)).expect("somebody reads");
                    sum = mix(sum, first.recv().await.expect("an item"));
                    for each in &mut all {
                        sum = mix(sum, each.recv().await.expect("an item"));
                    }
                }
                sum
            })
        }
        flow(items) {
            runtime().block_on(async {
                let hub = Hub::new(16);
                let [mut first, mut second, mut third] = [hub.subscribe(), hub.subscribe(), hub.subscribe()];
                let mut flow = flow! { <u64> -> tap(&hub) -> drain() };
                let mut sum = 0;
                for x in items.iter().step_by(8) {
                    flow.emit(black_box(*x)).await;
                    for each in [&mut first, &mut second, &mut third] {
                        sum = mix(sum, each.recv().await.expect("an item").expect("no item is missed"));
                    }
                }
                flow.finish().await;
                sum
            })
        }
    }
}
