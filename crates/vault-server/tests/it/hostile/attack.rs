//! Before a client sends a request with a body, somebody with the same credentials sends it in many changed ways.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, Row};
use vault_server::http::{Content, ROUTES, Route};
use vault_testkit::FixedRng;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{JsonMessage as _, Problem, ProblemCode, PushReply, PushResult};

use super::{Change, cbor, json};
use crate::support::tap::{Sent, Step, Tap};
use crate::support::{Answer, Client, Line, TestServer};

/// The most items of a message in CBOR that an ordinary run changes.
const ITEMS: usize = 14;

/// The attacker of all routes.
pub struct Attacker {
    database: PathBuf,
    seed: u64,
    all: bool,
    attacked: Mutex<BTreeMap<String, u32>>,
    sent: AtomicUsize,
    line: tokio::sync::Mutex<Option<Line>>,
}

impl Attacker {
    pub fn new(server: &TestServer, seed: u64, all: bool) -> Self {
        let database = server.folder().join("data/server.db");
        Self {
            database,
            seed,
            all,
            attacked: Mutex::default(),
            sent: AtomicUsize::default(),
            line: tokio::sync::Mutex::default(),
        }
    }

    /// The routes that were attacked.
    pub fn attacked(&self) -> BTreeSet<String> {
        self.attacked.lock().unwrap().keys().cloned().collect()
    }

    /// The number of requests of the attacker.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    async fn attack(&self, client: &Client, sent: &Sent) {
        let Some(route) = route_of(sent) else { return };
        let Route(method, path, _, content, ..) = route;
        let media_type = match content {
            Content::Json(_) => "application/json",
            Content::Cbor(_) => "application/cbor",
            Content::Chunk => "application/octet-stream",
            Content::None | Content::Events => return,
        };
        let times = self.sent();
        if !self.is_next(format!("{method} {path}")) {
            return;
        }
        let watch = Watch::begin(&self.database);
        for other in
            [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("*/*"), Some(" ")]
        {
            let sent = Sent { media_type: other.map(str::to_owned), ..sent.clone() };
            let problem = self.refused(client, &sent, &format!("{path} as {other:?}")).await;
            assert_eq!(problem, ProblemCode::MediaType, "{path} as {other:?}");
        }
        for change in self.changes(path, *content, &sent.body, times) {
            let changed = Sent { body: change.body, media_type: Some(media_type.into()), ..sent.clone() };
            let what = format!("{method} {path}: {} (seed {})", change.what, self.seed);
            if change.is_value && *path == "/v1/vaults/{v}/log" {
                self.nothing_is_accepted(client, &changed, &what).await;
                continue;
            }
            let problem = self.refused(client, &changed, &what).await;
            assert!(change.is_value || is_about_form(problem), "{what}: {problem:?}");
            watch.assert_unchanged(&what);
        }
        watch.assert_unchanged(path);
    }

    /// Whether a route is attacked again: an ordinary run does so twice.
    fn is_next(&self, route: String) -> bool {
        let mut attacked = self.attacked.lock().unwrap();
        let times = attacked.entry(route).or_default();
        *times += 1;
        self.all || *times <= 2
    }

    fn changes(&self, path: &str, content: Content, body: &[u8], times: usize) -> Vec<Change> {
        let most = if self.all { usize::MAX } else { ITEMS };
        let rng = &mut FixedRng::new(self.seed.wrapping_add(times as u64));
        match content {
            Content::Json(_) => json::changes(path, body),
            Content::Cbor(_) => {
                let mut changes = cbor::changes(body, lists(path), most, rng);
                changes.retain(|change| !change.is_value || !is_free(path, &change.what));
                changes
            }
            _ => [0, 1, body.len() - 1, body.len() + 1, (4 << 20) + 17]
                .map(|length| Change {
                    what: format!("{length} bytes"),
                    body: vec![7; length],
                    is_value: true,
                })
                .into(),
        }
    }

    /// Sends a request that is refused, and returns the reason.
    async fn refused(&self, client: &Client, sent: &Sent, what: &str) -> ProblemCode {
        self.sent.fetch_add(1, Ordering::Relaxed);
        problem_of(&self.deliver(client, sent, what).await, what)
    }

    /// Pushes a batch, which is refused, or whose entries all are.
    async fn nothing_is_accepted(&self, client: &Client, sent: &Sent, what: &str) {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let mut sent = sent.clone();
        // A batch of its own, all or nothing: id and flag are the items after the version.
        sent.body[3..11].copy_from_slice(&(number as u64).to_be_bytes());
        sent.body[19] = 0xf5;
        let answer = self.deliver(client, &sent, what).await;
        if answer.status != 200 {
            problem_of(&answer, what);
            return;
        }
        let reply = PushReply::decode(&answer.body).unwrap();
        let accepted = |result: &PushResult| matches!(result, PushResult::Accepted { .. });
        assert!(!reply.results.iter().any(accepted), "{what}: {reply:?}");
    }

    async fn deliver(&self, client: &Client, sent: &Sent, what: &str) -> Answer {
        let answer = client.deliver_over(&mut *self.line.lock().await, sent).await;
        answer.unwrap_or_else(|| panic!("no answer: {what}"))
    }
}

impl Tap for Attacker {
    fn before<'a>(&'a self, client: &'a Client, sent: &'a mut Sent) -> Step<'a> {
        Box::pin(self.attack(client, sent))
    }

    /// What the client itself sends works as if nothing had been.
    fn after(&self, sent: &Sent, answer: &Answer) {
        assert!(answer.status.as_u16() < 500 || answer.status == 503, "{sent:?} {answer:?}");
    }
}

/// The row of a request.
pub fn route_of(sent: &Sent) -> Option<&'static Route> {
    let path = sent.path.split('?').next().unwrap();
    ROUTES.iter().find(|Route(method, template, ..)| {
        let same = |(one, other): (&str, &str)| one == other || one.starts_with('{');
        *method == sent.method.as_str()
            && template.split('/').count() == path.split('/').count()
            && template.split('/').zip(path.split('/')).all(same)
    })
}

/// The lists whose length is free.
fn lists(path: &str) -> &'static [&'static [usize]] {
    match path {
        "/v1/vaults/{v}/log" => &[&[3]],
        "/v1/vaults/{v}/log/heal" => &[&[2]],
        "/v1/vaults/{v}/grants" => &[&[1]],
        _ => &[],
    }
}

/// Whether the server cannot tell this change from another valid message: it sees neither what is sealed nor what is not
/// there yet.
fn is_free(path: &str, what: &str) -> bool {
    let another =
        |items: &[&str]| what.contains("another byte") && items.iter().any(|at| what.starts_with(at));
    match path {
        "/v1/vaults/{v}/log" => another(&["[1] "]),
        "/v1/vaults/{v}/blobs" => another(&["[1] "]) || what == "[2] one more",
        "/v1/vaults/{v}/grants" => another(&["[1, 0, 5] ", "[1, 0, 6] "]),
        "/v1/vaults/{v}/grants/{epoch}/{account}" => another(&["[5] ", "[6] "]),
        "/v1/vaults/{v}/accepts" => another(&["[2] ", "[3] "]),
        _ => false,
    }
}

/// The reasons that can come from the form alone.
const fn is_about_form(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::Malformed | ProblemCode::TooLarge | ProblemCode::VersionUnknown)
}

/// The code of a problem document that the protocol knows, which is no fault of the server.
pub fn problem_of(answer: &Answer, what: &str) -> ProblemCode {
    let status = answer.status.as_u16();
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{what}: {answer:?}");
    let problem = Problem::from_json(&answer.body).unwrap();
    // Nothing is pushed while a server recovers.
    assert!(status < 500 || problem.code == ProblemCode::ReadOnly, "{what}: {answer:?}");
    assert_ne!(problem.code, ProblemCode::Unknown, "{what}");
    assert!(problem.status == status && (problem.code.status() == status || status == 405 || status == 408));
    problem.code
}

/// Sees whether anybody writes to a database.
struct Watch {
    db: Connection,
    version: i64,
    content: Vec<String>,
}

impl Watch {
    fn begin(path: &Path) -> Self {
        let db = Connection::open(path).unwrap();
        Self { version: version(&db), content: content(&db), db }
    }

    /// Nobody has written anything.
    fn assert_unchanged(&self, what: &str) {
        if version(&self.db) != self.version {
            let content = content(&self.db);
            let more = content.iter().filter(|row| !self.content.contains(row)).collect::<Vec<_>>();
            let less = self.content.iter().filter(|row| !content.contains(row)).collect::<Vec<_>>();
            assert!(more.is_empty() && less.is_empty(), "{what}: {less:?} became {more:?}");
        }
    }
}

/// Another number after each commit by others.
fn version(db: &Connection) -> i64 {
    db.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap()
}

/// All rows: but for the receipts of pushes, which remember refusals, and the storage that vaults have reserved.
fn content(db: &Connection) -> Vec<String> {
    const TABLES: &str = "SELECT name FROM sqlite_schema
        WHERE type = 'table' AND name NOT IN ('push_receipt', 'storage_grant')";
    let mut tables = db.prepare(TABLES).unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    let rows = |table: String| {
        let mut statement = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let kept = |column: &usize| statement.column_name(*column) != Ok("granted_bytes");
        let columns: Vec<_> = (0..statement.column_count()).filter(kept).collect();
        let text = |row: &Row<'_>| {
            let cells = columns.iter().map(|column| row.get::<_, Cell>(*column));
            Ok(format!("{table} {:?}", cells.collect::<Result<Vec<_>, _>>()?))
        };
        statement.query_map([], text).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    let mut rows: Vec<_> = tables.flat_map(rows).collect();
    rows.sort();
    rows
}
