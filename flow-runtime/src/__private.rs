//! Defines what expansions name. Outside semver: nothing here is for users.

/// The command line of `flow-store`.
#[cfg(feature = "cli")]
pub use crate::cli::main as flow_store;
/// The words of flows, for editors.
#[cfg(not(doctest))]
pub mod words {
    pub use crate::words::*;
}

/// The compiler; `flow!` hands it the name of this crate.
#[cfg(not(rust_analyzer))]
pub use flow_macros::compile_flow;
/// The same, with what an editor is shown beside.
pub use flow_macros::compile_flow_in_editor;
#[cfg(rust_analyzer)]
pub use flow_macros::compile_flow_in_editor as compile_flow;

/// The graph of a flow.
pub mod graph {
    pub use crate::graph::{
        Bound, Graph, NodeKind, Port,
        constant::{direct, edge, graph, node},
    };
}

/// Names what `flow!` gives back.
pub use crate::flow::{
    AsyncPieceFlow, CompiledAsyncOpenFlow as AsyncOpenFlow, CompiledOpenFlow as OpenFlow, LazyFlow,
    PieceFlow, StreamFlow, UnrunAsyncFlow as AsyncFlow, UnrunFlow as Flow, Work,
};

/// Counters of a flow, and their owners.
pub mod observe {
    pub use crate::inspect::Watch;
    pub use crate::observe::{
        about::{About, EdgeAbout, JobAbout, QueueAbout, RegionAbout},
        awaits::Marked,
        copy_fills::CopyFills,
        counters::{Apart, Counter},
        job::{Job, Stage},
        owner::{Owner, owner, piece},
        runs::{Counted, Few, NextOf, Parts, Pulled, Runs, RunsFew, RunsPulled, RunsWhole, Whole},
        said::{CannotFail, MayFail, Outcome, Said, SaidAsDebug, SaidAsText, SaidAsType},
    };
}

/// Defines what flows with inlets and open ends are made of.
pub mod flow {
    /// Errors that are told one after the other, or together.
    pub use crate::flow::arisen::{EndInEvents, EndInNames, arisen, faults};
    /// Flows that run elsewhere.
    pub use crate::flow::emitter::{emitter, emitter_of};
    pub use crate::flow::line::{line, line_of};
    /// The two sides of an inlet, and of an open end that is awaited.
    pub use crate::flow::mailbox::{Mailbox, inlet};
    /// Names what leaves, until it is taken.
    /// What is said where a flow with several inlets is driven as another.
    pub use crate::flow::misuse::{HasOneInlet, RunsWithInlet};
    pub use crate::flow::outbox::{is_wanted, leave, one, result};
    pub use crate::flow::outlet::outlet;
    pub use crate::flow::remote::{Verdict, remote};
    /// Asks whether what one item gives has an end.
    pub use crate::flow::stop::is_endless;
    /// The turns of a stream.
    pub use crate::flow::stream::{Stopped, next, pinned, poll_next};
    pub use tokio::task::JoinHandle;
}

/// The constructors of the operators, called once each when a flow is built.
pub mod op {
    // Sources.
    pub use crate::checkpoint::acked::{stream_acked, with_meta};
    pub use crate::checkpoint::lines::lines_resume;
    pub use crate::operators::from::{from, from_epochs};
    pub use crate::operators::interval::{interval, poll};
    pub use crate::operators::lines::lines;
    pub use crate::operators::receive::receive;
    pub use crate::operators::stream::stream;
    pub use crate::operators::tail::tail;

    // One item at a time.
    pub use crate::checkpoint::accumulate::{SNAPSHOT, accumulate_kept, keeping};
    pub use crate::operators::accumulate::{accumulate, accumulate_hidden, accumulate_known};
    pub use crate::operators::dedup::{dedup, dedup_by};
    pub use crate::operators::enumerate::enumerate;
    pub use crate::operators::filter::{filter, filter_map, filter_map_named, filter_named};
    pub use crate::operators::flat_map::{flat_map, flatten};
    pub use crate::operators::function::{FutureFunction, NoFunction, function};
    pub use crate::operators::gives::{NoFuture, future, future_of_nothing, future_that_may_fail};
    pub use crate::operators::map::{inspect, map, map_hidden, map_known};
    pub use crate::operators::progress::{progress, progress_spending};
    pub use crate::operators::skip::{
        skip, skip_of, skip_while, skip_while_named, step_by, step_by_of,
    };
    pub use crate::operators::take::{take, take_of, take_while, take_while_named};
    pub use crate::operators::tap::tap;
    pub use crate::operators::then::{
        places, then, then_async_tried, then_async_tried_shared, then_closure, then_closure_shared,
        then_known, then_shared, then_shared_known, then_tried, then_tried_shared,
    };
    pub use crate::operators::unique::{unique, unique_by, unique_by_recent, unique_recent};
    pub use crate::operators::via::{
        Pass, pass_held, pass_holds, pass_is_over, pass_may_give, via,
    };
    pub use crate::operators::via_async::via_async;

    pub use crate::blocking::{blocking_of as blocking, then_blocking};

    // Many at a time.
    pub use crate::operators::group_by::group_by;
    pub use crate::operators::partition::{partition, partition_inline};
    pub use crate::operators::partition_by::{partition_by, partition_by_inline};
    pub use crate::operators::partition_timeout::{
        partition_by_timeout, partition_by_timeout_inline, partition_timeout,
        partition_timeout_inline,
    };
    pub use crate::operators::partition_unique::{
        Keep, partition_unique, partition_unique_by, partition_unique_by_inline,
        partition_unique_inline,
    };
    pub use crate::operators::sliding_window::{sliding_window, sliding_window_partial};
    pub use crate::operators::sliding_window_array::{
        sliding_window_array, sliding_window_partial_inline,
    };
    pub use crate::operators::timed_window::{WINDOW, timed_window, timed_window_by};
    pub use crate::operators::window_by::window_by;

    // Windows by the time in the items.
    pub use crate::checkpoint::marks::Plain;
    pub use crate::operators::event_time::hopping::{
        hopping_window, hopping_window_aggregate, hopping_window_by, hopping_window_by_aggregate,
    };
    pub use crate::operators::event_time::in_order::{UNBOUNDED, as_they_come, in_order};
    pub use crate::operators::event_time::in_order_idle::in_order_idle;
    pub use crate::operators::event_time::limit::{Unlimited, ahead, ahead_of};
    pub use crate::operators::event_time::session::{
        session_window, session_window_aggregate, session_window_by, session_window_by_aggregate,
    };
    pub use crate::operators::event_time::sliding::{
        sliding_window_time, sliding_window_time_aggregate, sliding_window_time_by,
        sliding_window_time_by_aggregate,
    };
    pub use crate::operators::event_time::tumbling::{
        tumbling_window, tumbling_window_aggregate, tumbling_window_by,
        tumbling_window_by_aggregate,
    };

    // Aggregates.
    pub use crate::operators::aggregate::{
        ClonesAggregate, LeavesAggregate, aggregate, aggregate_items, count_of, max_of, mean_of,
        min_of, own_of, sliding_window_aggregate, sliding_window_partial_aggregate, sum_of, var_of,
    };

    // A chain for every key.
    pub use crate::copies::fresh::fresh;
    pub use crate::copies::twin::{Built, Held};
    pub use crate::operators::by_key::{by_key, end, state};
    pub use crate::operators::by_key_idle::by_key_idle;
    pub use crate::operators::by_key_recent::{Turn, by_key_recent, enter, turn};
    pub use crate::operators::by_key_waiting::by_key_waiting;
    pub use crate::operators::hidden::{
        hidden, hidden_chains, hidden_chains_copied, hidden_copied,
    };

    // Keys of items that come with tokens.
    pub use crate::checkpoint::deputy::of_item;

    // Worker threads.
    pub use crate::operators::scatter::{SCATTERED, made, scatter, scatter_by};

    // Time.
    pub use crate::operators::buffer::buffer;
    pub use crate::operators::debounce::debounce;
    pub use crate::operators::delay::{DELAYED, delay};
    pub use crate::operators::newest::latest;
    pub use crate::operators::rate_limit::rate_limit;
    pub use crate::operators::sample::sample;

    // Edges: chains that meet, branches, and the three forms of `?`.
    pub use crate::error::Stage;
    pub use crate::flow::ending::ending;
    pub use crate::operators::edge::{
        Raises, RaisesInto, attempt, branch, divert, items, or, part, raise, raise_into, raised,
        same,
    };
    pub use crate::operators::failed::{has_failed, has_failed_within};
    pub use crate::operators::fatal::{fatal, fatal_into};
    pub use crate::operators::keep_item::{
        failed, failed_each, failed_later, failed_some, keep_item, kept,
    };
    pub use crate::ty::{Fits, PerKey, PerWorker, Ty};

    // Fan-ins, and the slots where more than one item may wait.
    pub use crate::operators::chain::{chain, chain_within, in_turn};
    pub use crate::operators::cogroup::{cogroup, cogroup_carry};
    pub use crate::operators::combine_latest::{changing, combine_latest};
    pub use crate::operators::latest_of::latest_of;
    pub use crate::operators::merge_keyed::merge_keyed;
    pub use crate::operators::rest::{
        lone_rest, lone_rest_of_any, rest, rest_of_any, rest_of_any_via, rest_of_via, slots,
    };
    pub use crate::operators::side::{side, slot};
    pub use crate::operators::zip::{fits, pair, pair_within, zip, zip_within};
    pub use crate::operators::zip_latest::{waiting, zip_latest, zip_latest_within};
    pub use crate::region::queue::{Queue, meeting, queue, queue_of_cycle, queue_within, stash};

    // Artifacts.
    pub use crate::artifact::operators::{
        Holes, Rerun, Stale, assemble, ensure, ensure_batch, ensure_batch_again, ensure_with,
        ensuring, get, missing, missing_stale, store, stored, value_of,
    };

    // Rows.
    pub use crate::jsonl::append::append;

    // Sinks.
    pub use crate::flow::awaits::{either, later};
    pub use crate::operators::collect::{collect, collect_inferred};
    pub use crate::operators::extreme::{
        max, max_by, max_by_order, max_order, min, min_by, min_by_order, min_order,
    };
    pub use crate::operators::feed::{Extends, Gathers, Pushes, TriesBuilding, TriesExtending};
    pub use crate::operators::fold::{fold, try_fold};
    pub use crate::operators::for_each::{
        dropped, for_each, for_each_named, sink, sink_closure, try_for_each, try_sink,
        try_sink_closure,
    };
    pub use crate::operators::reduce::{first, last, reduce};
    pub use crate::operators::send::send;
    pub use crate::operators::sum::{count, sum, total};
    pub use crate::operators::top::{top, top_by, top_by_order, top_order};
    pub use crate::operators::unseen::{
        Drains, DrainsFutures, GivesFuture, GivesItem, drain, mapped,
    };
    pub use crate::operators::write_lines::{
        Formats, line, write_lines, write_lines_append, write_lines_append_synced,
        write_lines_synced,
    };
}

/// Items that expansions of `#[extant]` and `#[derived]` name.
pub mod artifacts {
    /// Checks whether a record and its key can be what they are to be.
    pub use crate::artifact::checks::{KeyOnce, RecordOnce, key, record};
    /// Arguments, kept until the function is called.
    pub use crate::artifact::derive::{
        Argument, Cloned, HandClone, HandOnce, Handing, given_again,
    };
    /// Running the function.
    pub use crate::artifact::derive::{
        Made, Promised, Shared, blocking, derive, finished, made, shared,
    };
    /// Getting its sources.
    pub use crate::artifact::derive::{Told, check_source, join, source};
    /// Questions to the error of a function.
    pub use crate::artifact::derive::{attempts, failure, judged};
    /// The fingerprint: a hash of what else a record is made of.
    pub use crate::artifact::fingerprint::Fingerprint;
    /// The value, once it is made.
    pub use crate::artifact::memo::Memo;
    /// Names what lets records be merged by key.
    pub use crate::artifact::{KeyedItem, Mergeable};
    /// Keys in errors.
    pub use crate::record::{describe, describe_record_key};
    pub use crate::{attempts::Judge, error::cause::erasing};
}

/// Names what `timeout = …` and `retry = …` expand to.
pub use crate::attempts::{Attempts, Judge, Tries, timed};
/// Items that expansions of `limit = …` and `budget = …` name.
pub use crate::attempts::{Charged, Costly, IsUnder, Under, at_once, at_once_within, making};
/// Conversions of errors into the library's, by their type.
pub use crate::error::cause::{Boxes, erasing, erasing_of, erasing_this, failing};

/// Items that expansions of `#[derive(Exposed)]` name.
pub mod exposed {
    pub use crate::knobs::exposed::fields;
    pub use crate::knobs::field::{Field, is_knob};
}

/// Tokens, in flows with a source that acknowledges.
pub mod checkpoint {
    /// The ledgers of chains that run apart, and what leaves them.
    pub use crate::checkpoint::deputy::{apart, deputy, passed};
    /// The tokens of what waits, beside it.
    pub use crate::checkpoint::held::{Inputs, Kept};
    /// Cuts in which chains run apart.
    pub use crate::checkpoint::in_chains::in_chains;
    /// Names what tokens stand for.
    pub use crate::checkpoint::ledger::ledger;
    /// Operators, and cuts, that hold items with their tokens.
    pub use crate::checkpoint::marks::{marked, marked_by};
    /// A token, and what waits with it.
    pub use crate::checkpoint::token::{Token, along, with_token};
}

/// The loops of a flow with cuts in it.
pub mod region {
    /// The items that wait between two regions that meet again.
    pub use crate::operators::buffer::Buffer;
    /// One loop, and how several ended.
    pub use crate::region::Region;
    /// Branches of one item that await.
    pub use crate::region::join;
    /// A cut in which items are held.
    pub use crate::region::{Cut, Hold, cut};
    /// A cut in which futures run.
    pub use crate::region::{Jobs, jobs};
    /// Names what the regions of one flow share, and what runs them.
    pub use crate::region::{Pulse, sweep};
    /// Items that come back from behind a cut.
    pub use crate::region::{Round, ring, ring_until_full, ring_within};
    /// Reading one stream, or several in turns.
    pub use crate::region::{next, next_while, pause, poll_now};
}
