//! A task that runs one transaction.

use std::borrow::Cow;
use std::sync::Arc;

use deadpool_postgres::Object;
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Duration, Instant, timeout, timeout_at};
use tokio_postgres::SimpleQueryMessage;

use super::connection::{self, failure, pool_failure};
use super::shared::{Shared, WAIT};
use super::timeline;
use crate::store::StoreError;
use crate::store::command::{Command, Mode, Reply, Statement};

/// How often a connection is taken that turns out to be useless, as after a restart of the database.
const CONNECTIONS: u32 = 3;

/// How long the statements of a migration may run.
const MIGRATION: Duration = Duration::from_secs(10 * 60);

/// What every transaction begins with. The times are those after which the database ends it by itself, should this node not
/// be there any more.
macro_rules! begin {
    ($kind:literal $(, $more:literal)*) => {
        concat!(
            "BEGIN ISOLATION LEVEL ", $kind, ";
             SET LOCAL statement_timeout = '8s';
             SET LOCAL lock_timeout = '8s';
             SET LOCAL idle_in_transaction_session_timeout = '15s'",
            $($more),*
        )
    };
}

/// Returns the timeline.
macro_rules! watched {
    ($kind:literal $(, $more:literal)*) => {
        begin!($kind, "; SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)" $(, $more)*)
    };
}

const READ: [&str; 2] = [begin!("REPEATABLE READ, READ ONLY"), watched!("REPEATABLE READ, READ ONLY")];

/// Before the number of the shard's lock. The transaction that has it is alone in the shard, and each statement sees what
/// was committed before, so transactions behave as if one followed the other, and none fails because of another one.
const LOCKED: [&str; 2] = [
    begin!("READ COMMITTED, READ WRITE", "; SELECT pg_advisory_xact_lock("),
    watched!("READ COMMITTED, READ WRITE", "; SELECT pg_advisory_xact_lock("),
];

/// What has no lock: deletions of what expired, in all shards.
const UNLOCKED: [&str; 2] = [begin!("READ COMMITTED, READ WRITE"), watched!("READ COMMITTED, READ WRITE")];

/// For databases without locks. Without an index a predicate lock covers a whole table, so that transactions on different
/// shards conflict; hence no scans of small tables.
const SERIALIZABLE: [&str; 2] = [
    begin!("SERIALIZABLE, READ WRITE", "; SET LOCAL enable_seqscan = off"),
    watched!("SERIALIZABLE, READ WRITE", "; SET LOCAL enable_seqscan = off"),
];

/// A transaction.
pub struct Transaction {
    /// What all share.
    pub shared: Arc<Shared>,
    /// Whether it writes.
    pub mode: Mode,
    /// The number of the shard's lock.
    pub lock: Option<i64>,
    /// Whether it is about the database itself and runs on every timeline.
    pub of_server: bool,
}

/// What became of the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It has no transaction.
    Idle,
    /// Its transaction is open.
    Open,
    /// Nobody knows.
    Unknown,
}

impl Transaction {
    /// Waits for its turn and a connection, begins, and runs the commands until it is committed, dropped, fails or lasts too
    /// long.
    pub async fn run(
        self,
        queue: Option<Arc<Mutex<()>>>,
        mut commands: UnboundedReceiver<Command>,
        mut reply: Reply<()>,
    ) {
        let begin = async {
            let turn = match &queue {
                Some(queue) => Some(queue.lock().await),
                None => None,
            };
            Ok((turn, self.begin().await?))
        };
        let begun = tokio::select! {
            begun = timeout(WAIT, begin) => begun,
            // The request was cancelled.
            () = reply.closed() => return,
        };
        let (_turn, client) = match begun.unwrap_or(Err(StoreError::Unavailable)) {
            Ok(begun) => begun,
            Err(error) => return drop(reply.send(self.shared.note(Err(error)))),
        };
        let end =
            if reply.send(Ok(())).is_ok() { self.serve(&client, &mut commands).await } else { End::Open };
        let end = match end {
            End::Open => rolled_back(&client).await,
            end => end,
        };
        if end != End::Idle {
            drop(Object::take(client));
        }
    }

    /// Takes a connection and begins on it.
    async fn begin(&self) -> Result<Object, StoreError> {
        let watched = self.shared.watch.is_possible();
        let text = self.first_text(usize::from(watched));
        let mut last = StoreError::Unavailable;
        for _ in 0..CONNECTIONS {
            let client =
                Unanswered(Some(self.shared.pool.get().await.map_err(|error| pool_failure(&error))?));
            match client.ask(&text).await {
                Ok(messages) if watched => {
                    self.check_timeline(&messages)?;
                    return client.answered();
                }
                Ok(_) => return client.answered(),
                // Such as that of a database that was restarted, or is no longer the primary one.
                Err(error) => last = error,
            }
        }
        Err(if last == StoreError::Damaged { last } else { StoreError::Unavailable })
    }

    fn first_text(&self, watched: usize) -> Cow<'static, str> {
        let text = |texts: [&'static str; 2]| texts.get(watched).copied().unwrap_or_default();
        match (self.mode, self.lock) {
            (Mode::Read, _) => text(READ).into(),
            (Mode::Write, _) if !self.shared.has_locks() => text(SERIALIZABLE).into(),
            (Mode::Write, None) => text(UNLOCKED).into(),
            (Mode::Write, Some(lock)) => [text(LOCKED), &lock.to_string(), ")"].concat().into(),
        }
    }

    fn check_timeline(&self, messages: &[SimpleQueryMessage]) -> Result<(), StoreError> {
        let number = timeline::number_in(messages).ok_or(StoreError::Unavailable)?;
        if self.of_server || self.shared.watch.admits(number) { Ok(()) } else { Err(StoreError::Unavailable) }
    }

    async fn serve(&self, client: &Object, commands: &mut UnboundedReceiver<Command>) -> End {
        let mut end = Instant::now() + self.shared.time_limit;
        loop {
            let Ok(Some(command)) = timeout_at(end, commands.recv()).await else { return End::Open };
            let state = match command {
                Command::Query(Statement { text, values }, reply) => {
                    self.answer(reply, timeout_at(end, connection::query(client, text, &values)).await)
                }
                Command::Execute(Statement { text, values }, reply) => {
                    self.answer(reply, timeout_at(end, connection::execute(client, text, &values)).await)
                }
                Command::Put(Statement { text, values }) => {
                    match timeout_at(end, connection::execute(client, text, &values)).await {
                        Ok(Ok(_)) => None,
                        Ok(Err(error)) => {
                            let error = self.shared.note::<()>(Err(error)).err();
                            refuse(commands, &error.unwrap_or(StoreError::Unavailable), end).await;
                            Some(End::Open)
                        }
                        Err(_) => Some(End::Unknown),
                    }
                }
                Command::Define(statements, reply) => {
                    end = Instant::now() + MIGRATION;
                    self.answer(reply, timeout_at(end, connection::define(client, statements)).await)
                }
                Command::Commit(reply) => {
                    let commit =
                        async { client.batch_execute("COMMIT").await.map_err(|error| failure(&error)) };
                    let committed = timeout(WAIT, commit).await;
                    // A commit that the database refuses has rolled back. Without an answer it may have happened.
                    return match self.answer(reply, committed) {
                        Some(End::Unknown) => End::Unknown,
                        _ => End::Idle,
                    };
                }
            };
            if let Some(state) = state {
                return state;
            }
        }
    }

    /// Sends the result of a command. Returns the state of a transaction that goes no further.
    fn answer<T>(
        &self,
        reply: Reply<T>,
        result: Result<Result<T, StoreError>, tokio::time::error::Elapsed>,
    ) -> Option<End> {
        let (result, end) = match result {
            Ok(Ok(value)) => (Ok(value), None),
            Ok(Err(error)) => (Err(error), Some(End::Open)),
            Err(_) => (Err(StoreError::Unavailable), Some(End::Unknown)),
        };
        let _ = reply.send(self.shared.note(result));
        end
    }
}

/// A connection on which a transaction begins. Unless that is answered, as when the request is cancelled or lasts too long,
/// it is closed: else another transaction got one that is in a transaction already, with its locks and its state of the data.
struct Unanswered(Option<Object>);

impl Unanswered {
    async fn ask(&self, text: &str) -> Result<Vec<SimpleQueryMessage>, StoreError> {
        let client = self.0.as_ref().ok_or(StoreError::Unavailable)?;
        client.simple_query(text).await.map_err(|error| failure(&error))
    }

    fn answered(mut self) -> Result<Object, StoreError> {
        self.0.take().ok_or(StoreError::Unavailable)
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        drop(self.0.take().map(Object::take));
    }
}

/// Answers the next command that has an answer with a failure.
async fn refuse(commands: &mut UnboundedReceiver<Command>, error: &StoreError, end: Instant) {
    while let Ok(Some(command)) = timeout_at(end, commands.recv()).await {
        if let Command::Put(_) = command {
            continue;
        }
        return command.refuse(error.clone());
    }
}

/// Rolls back, and returns whether that worked.
async fn rolled_back(client: &Object) -> End {
    match timeout(WAIT, client.batch_execute("ROLLBACK")).await {
        Ok(Ok(())) => End::Idle,
        Ok(Err(_)) | Err(_) => End::Unknown,
    }
}
