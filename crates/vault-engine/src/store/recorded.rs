//! The statements that tests run, as text: with parameters, never with their values.

use std::cell::RefCell;
use std::collections::BTreeSet;

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

thread_local! {
    /// The statements of the running [`record`] of this thread.
    static RECORDED: RefCell<Option<BTreeSet<String>>> = const { RefCell::new(None) };
}

/// Watches a connection that was just opened.
pub(crate) fn watch(mut db: Connection) -> Connection {
    let see = |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(statement, _) = event {
            RECORDED.with_borrow_mut(|all| all.as_mut().map(|all| all.insert(statement.sql().into_owned())));
        }
    };
    db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(see)).unwrap();
    db
}

/// Returns every statement that this thread ran on connections that the closure opened.
pub(crate) fn record(run: impl FnOnce()) -> BTreeSet<String> {
    RECORDED.set(Some(BTreeSet::new()));
    run();
    RECORDED.take().unwrap()
}
