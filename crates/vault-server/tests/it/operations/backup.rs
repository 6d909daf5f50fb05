use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use axum::http::Method;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use vault_server::Clock;
use vault_server::http::App;
use vault_server::log::Hold;
use vault_server::setup::{Config, Folder, Overrides};
use vault_server::store::{NEWEST, STEPS, StoreError, copy_before};
use vault_wire::message::{Discovery, LogPage};

use crate::cli::{self, command, init_with, opened, program, refusal, serve, serve_with};
use crate::log::documents::{Document, revision};
use crate::log::{Account as Author, Peer, Server};
use crate::support::{Account, ISSUER};

const KEY: [&str; 2] = ["--key", "env:BACKUP_KEY"];

/// A server with an account, a vault of some entries, and a document.
struct Example {
    temporary: TempDir,
    account: Account,
    author: Author,
}

impl Example {
    async fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let data = temporary.path().join("data");
        init_with(&data, ISSUER);
        let running = serve(&data);
        let (account, _) = opened(&data, &running, 1).await;
        drop(running);
        let author = Author::new(7);
        let app = app(&data);
        let mut peer = Peer::found(&app.logs, &author).await;
        let document = Document::new(9_000_000);
        document.upload(&app.logs, &peer).await;
        let entry = revision(&mut peer, document.named());
        peer.commit(&app.logs, entry).await;
        for item in 2..9 {
            let entry = peer.put(item);
            peer.commit(&app.logs, entry).await;
        }
        Self { temporary, account, author }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Runs a command with the key of the backups.
    fn run(&self, data: &Path, arguments: &[&str]) -> (bool, String) {
        let mut command = program(data);
        command.env("BACKUP_KEY", "c".repeat(64)).args(arguments);
        let (success, text, error) = cli::output(&mut command);
        (success, text + &error)
    }

    fn backup(&self, name: &str) -> PathBuf {
        let to = self.path(name);
        let (success, text) = self.run(&self.data(), &["backup", to.to_str().unwrap(), KEY[0], KEY[1]]);
        assert!(success, "{text}");
        to
    }

    fn restore(&self, from: &Path, name: &str) -> (bool, String) {
        self.run(&self.path(name), &["restore", from.to_str().unwrap(), "--verify", KEY[0], KEY[1]])
    }
}

fn app(data: &Path) -> App {
    let folder = Folder::open(data).unwrap();
    let config = Config::parse(&folder.read(Folder::CONFIG).unwrap(), &Overrides::default()).unwrap();
    App::open(&folder, config, Clock::system()).unwrap()
}

/// Makes the sums of a backup fit what is in it now.
fn sum_again(backup: &Path) {
    let sums = fs::read_to_string(backup.join("SHA256SUMS")).unwrap();
    let hex =
        |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let names = sums.lines().map(|line| line.split_once("  ").unwrap().1);
    let names = names.filter(|name| backup.join(name).exists());
    let sums: String =
        names.map(|name| format!("{}  {name}\n", hex(&fs::read(backup.join(name)).unwrap()))).collect();
    fs::write(backup.join("SHA256SUMS"), &sums).unwrap();
    let mut manifest: toml::Table =
        fs::read_to_string(backup.join("manifest.toml")).unwrap().parse().unwrap();
    manifest.insert("sums".into(), hex(sums.as_bytes()).into());
    manifest.insert("files".into(), i64::try_from(sums.lines().count()).unwrap().into());
    fs::write(backup.join("manifest.toml"), manifest.to_string()).unwrap();
}

/// Changes the database of a backup.
fn change(backup: &Path, sql: &str) {
    let db = Connection::open(backup.join("server.db")).unwrap();
    assert!(db.execute(sql, []).unwrap() > 0, "{sql}");
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(db);
    sum_again(backup);
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_restored_verified_and_used() {
    let example = Example::new().await;
    let data = example.data();
    let running = serve(&data);
    let mut client = cli::client(&data, &running, 1);
    example.account.sign_in(&mut client).await;
    let backup = example.backup("backup");
    // What is written afterwards is not in it.
    let (late, _) = opened(&data, &running, 2).await;
    let mut sums = std::process::Command::new("sha256sum");
    sums.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&backup);
    assert!(sums.status().unwrap().success());
    let all: Vec<u8> = ["server.toml", "secrets.sealed", "manifest.toml"]
        .iter()
        .flat_map(|name| fs::read(backup.join(name)).unwrap())
        .collect();
    let secrets = fs::read_to_string(data.join("secrets.toml")).unwrap();
    let text = String::from_utf8(all).unwrap();
    assert!(secrets.split('"').filter(|secret| secret.len() > 30).all(|secret| !text.contains(secret)));
    // Not over another one, and not over a server.
    assert!(!example.run(&data, &["backup", backup.to_str().unwrap(), KEY[0], KEY[1]]).0);
    assert!(!example.restore(&backup, "data").0);
    drop(running);

    let (success, text) = example.restore(&backup, "restored");
    assert!(success && text.contains("1 accounts, 1 vaults, 9 entries, 1 documents of 3 chunks"), "{text}");
    let data = example.path("restored");
    let running = serve(&data);
    client.move_to(running.address);
    assert_eq!(client.get("/v1/sessions").await.problem().1, "session-ended");
    let discovery: Discovery = client.plain(Method::GET, "/.well-known/coffer").await.json();
    // Above what any announcement before can have had.
    assert!(discovery.recovery.epoch > 1_700_000_000 && discovery.recovery.until.is_some());
    example.account.sign_in(&mut client).await;
    assert_eq!(late.log_in(&mut client).await.problem().1, "sign-in-refused");
    command(&data, &["recovery", "end"]);
    let discovery: Discovery = client.plain(Method::GET, "/.well-known/coffer").await.json();
    assert_eq!(discovery.recovery.until, None);
    drop(running);
    let app = app(&data);
    client.get_session(&app, example.author.id(), &example.author.certificate).await;
    let vault = Peer::make(&example.author, 100).0.vault;
    let query = "after=0&bodies=all".parse().unwrap();
    let page: LogPage = app.logs.page(&example.author.caller(), None, vault, &query).await.unwrap();
    assert_eq!(page.entries.len(), 9);
}

#[tokio::test]
async fn what_does_not_belong_together_is_found_and_no_server_is_left() {
    let example = Example::new().await;
    let backup = example.backup("backup");
    let refuse = |name: &str, expected: &str| {
        let (success, text) = example.restore(&backup, name);
        assert!(!success && text.contains(expected), "{text}");
        assert!(!refusal(&example.path(name), &["serve"]).is_empty());
    };
    let original = fs::read(backup.join("server.db")).unwrap();
    let changes = [
        ("UPDATE entry SET root = zeroblob(32) WHERE seq = 4", "entry 4 is not valid"),
        ("UPDATE entry SET body = zeroblob(length(body)) WHERE seq = 5", "entry 5 is not valid"),
        ("DELETE FROM entry WHERE seq = 9", "the head is not that of its entries"),
        ("UPDATE vault_head SET epoch = epoch + 1", "the head is not that of its entries"),
        ("UPDATE document_chunk SET number = 5 WHERE number = 0", "is missing or damaged"),
        ("UPDATE account SET keyset = zeroblob(100)", "its registration is not valid"),
        ("UPDATE registration_check SET record = (SELECT record FROM account)", "no account could sign in"),
        ("UPDATE schema_version SET version = version + 1", "which this program does not know"),
    ];
    for (number, (sql, expected)) in changes.iter().enumerate() {
        change(&backup, sql);
        refuse(&format!("changed-{number}"), expected);
        fs::write(backup.join("server.db"), &original).unwrap();
    }
    // A damaged page.
    let mut damaged = original.clone();
    damaged[8 * 4096..9 * 4096].fill(0xA5);
    fs::write(backup.join("server.db"), &damaged).unwrap();
    refuse("unsummed", "server.db of the backup is missing or damaged");
    sum_again(&backup);
    refuse("page", "the database is damaged");
    fs::write(backup.join("server.db"), &original).unwrap();
    sum_again(&backup);
    // A chunk.
    let sums = fs::read_to_string(backup.join("SHA256SUMS")).unwrap();
    let chunk = backup.join(
        sums.lines()
            .find_map(|line| line.split_once("  ").filter(|(_, name)| name.starts_with("documents/")))
            .unwrap()
            .1,
    );
    let content = fs::read(&chunk).unwrap();
    fs::write(&chunk, b"other").unwrap();
    refuse("chunk", "of the backup is missing or damaged");
    sum_again(&backup);
    refuse("chunk-summed", "is missing or damaged");
    fs::write(&chunk, content).unwrap();
    sum_again(&backup);
    let wrong = ["restore", backup.to_str().unwrap(), "--key", "env:WRONG"];
    let mut command = program(&example.path("wrong"));
    let (success, _, error) = cli::output(command.env("WRONG", "d".repeat(64)).args(wrong));
    assert!(!success && error.contains("do not open with this key"), "{error}");
    // After all that it is whole.
    assert!(example.restore(&backup, "wrong").0);
    fs::remove_file(backup.join("manifest.toml")).unwrap();
    refuse("no-manifest", "it has no manifest");
}

#[tokio::test]
async fn secrets_are_left_out_on_demand_only() {
    let example = Example::new().await;
    let (data, backup) = (example.data(), example.path("backup"));
    let backup = backup.to_str().unwrap();
    assert!(refusal(&data, &["backup", backup]).contains("--without-secrets"));
    command(&data, &["backup", backup, "--without-secrets"]);
    let restored = example.path("restored");
    assert!(refusal(&restored, &["restore", backup, "--verify"]).contains("put secrets.toml and tls.key"));
    for name in ["secrets.toml", "tls.key"] {
        fs::copy(data.join(name), restored.join(name)).unwrap();
    }
    command(&restored, &["restore", backup, "--verify"]);
    // Those of another server are noticed.
    let (other, wrong) = (example.path("other"), example.path("wrong"));
    init_with(&other, ISSUER);
    fs::create_dir(&wrong).unwrap();
    fs::set_permissions(&wrong, fs::metadata(&data).unwrap().permissions()).unwrap();
    for name in ["secrets.toml", "tls.key"] {
        fs::copy(other.join(name), wrong.join(name)).unwrap();
    }
    assert!(refusal(&wrong, &["restore", backup, "--verify"]).contains("no account could sign in"));
}

#[tokio::test]
async fn a_backup_or_restore_that_is_killed_leaves_nothing_that_looks_whole() {
    let example = Example::new().await;
    let data = example.data();
    let killed = |data: &Path, arguments: &[&str], seen: &Path| {
        let mut command = program(data);
        command.env("BACKUP_KEY", "c".repeat(64)).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        while !seen.exists() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap().success()
    };
    let stages = ["server.db", "server.toml", "documents", "SHA256SUMS"];
    for (number, stage) in stages.iter().enumerate() {
        let to = example.path(&format!("backup-{number}"));
        let done = killed(&data, &["backup", to.to_str().unwrap(), KEY[0], KEY[1]], &to.join(stage));
        let target = format!("restored-{number}");
        // Killed between manifest and end, it is whole.
        let whole = done || to.join("manifest.toml").exists();
        assert_eq!(example.restore(&to, &target).0, whole, "{stage}");
        // The lease of the one that was killed runs out; here it is ended.
        let db = Connection::open(data.join("server.db")).unwrap();
        db.execute("DELETE FROM lease", []).unwrap();
    }
    let backup = example.backup("backup");
    let target = example.path("restored");
    let arguments = ["restore", backup.to_str().unwrap(), "--verify", KEY[0], KEY[1]];
    for stage in ["restore.unfinished", "server.db", "secrets.toml", "server.db-wal"] {
        if !killed(&target, &arguments, &target.join(stage)) && !target.join("server.toml").exists() {
            assert!(!refusal(&target, &["serve"]).is_empty());
            let init = ["init", "--address", "https://a.test"];
            assert!(
                !target.join("restore.unfinished").exists() || refusal(&target, &init).contains("repeat it")
            );
        } else {
            fs::remove_dir_all(&target).unwrap();
        }
    }
    assert!(example.restore(&backup, "restored").0);
    drop(serve(&target));
}

#[tokio::test]
async fn nothing_is_collected_while_a_backup_copies() {
    let server = Server::new();
    let account = Author::new(1);
    let peer = Peer::found(&server.logs, &account).await;
    Document::new(40_000).upload(&server.logs, &peer).await;
    let later = crate::log::peer::NOW + 8 * 24 * 60 * 60 * 1000;
    let hold = Hold::take(&server.store, later).await.unwrap().unwrap();
    assert_eq!(server.logs.collect(later).await, Ok(0));
    assert!(Hold::take(&server.store, later).await.unwrap().is_none());
    hold.give_back().await;
    assert_eq!(server.logs.collect(later).await, Ok(1));
    // A lease that was not given back runs out.
    let _left = Hold::take(&server.store, later).await.unwrap().unwrap();
    assert!(Hold::take(&server.store, later + 60_001).await.unwrap().is_some());
}

#[test]
fn an_encrypted_database_is_backed_up_encrypted() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    fs::remove_file(data.join("server.db")).unwrap();
    let key = "e".repeat(64);
    let environment = [("COFFER_DATABASE_KEY", "env:DATABASE"), ("DATABASE", key.as_str())];
    drop(serve_with(&data, &environment));
    let backup = temporary.path().join("backup");
    let run = |data: &Path, arguments: &[&str]| {
        let mut command = program(data);
        let (success, text, error) = cli::output(command.envs(environment).args(arguments));
        assert!(success, "{text}{error}");
    };
    run(&data, &["backup", backup.to_str().unwrap(), "--without-secrets"]);
    assert!(!fs::read(backup.join("server.db")).unwrap().starts_with(b"SQLite format 3"));
    let restored = temporary.path().join("restored");
    fs::create_dir(&restored).unwrap();
    fs::set_permissions(&restored, fs::metadata(&data).unwrap().permissions()).unwrap();
    for name in ["secrets.toml", "tls.key"] {
        fs::copy(data.join(name), restored.join(name)).unwrap();
    }
    run(&restored, &["restore", backup.to_str().unwrap(), "--verify"]);
}

#[test]
fn a_copy_precedes_a_migration() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let path = data.join("server.db");
    fs::remove_file(&path).unwrap();
    let older = NEWEST - 1;
    let db = Connection::open(&path).unwrap();
    db.execute_batch(include_str!("../../../migrations/0000_begin.sql")).unwrap();
    STEPS[..older as usize].iter().for_each(|step| db.execute_batch(step).unwrap());
    db.execute("INSERT INTO schema_version VALUES ('schema', ?)", [older]).unwrap();
    drop(db);
    let backup = temporary.path().join("backup");
    let error = refusal(&data, &["backup", backup.to_str().unwrap(), "--without-secrets"]);
    assert!(error.contains(&StoreError::Older(older).to_string()), "{error}");
    assert!(command(&data, &["migrate"]).contains(&format!("schema {NEWEST}")));
    let version = |path: &Path| {
        Connection::open(path).unwrap().query_row("SELECT version FROM schema_version", [], |row| row.get(0))
    };
    assert_eq!(version(&copy_before(&path, older)), Ok(older));
    assert_eq!(version(&path), Ok(NEWEST));
    // None is made of a new database, nor without a migration.
    drop(serve(&data));
    let copies = fs::read_dir(&data)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().contains("before"));
    assert_eq!(copies.count(), 1);
    let running = serve(&data);
    assert!(refusal(&data, &["migrate"]).contains("stop it first"));
    drop(running);
}

#[tokio::test]
async fn damage_of_the_database_ends_readiness_at_once() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve(&data);
    let (_, mut client) = opened(&data, &running, 1).await;
    running.terminate();
    let path = data.join("server.db");
    let db = Connection::open(&path).unwrap();
    let page =
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'audit'";
    let (page, size): (usize, usize) = db.query_row(page, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    drop(db);
    let mut file = fs::read(&path).unwrap();
    file[(page - 1) * size..page * size].fill(0xA5);
    fs::write(&path, file).unwrap();
    let running = serve(&data);
    client.move_to(running.address);
    assert_eq!(client.plain(Method::GET, "/readyz").await.status, 204);
    assert_eq!(client.get("/v1/audit").await.status, 500);
    assert_eq!(client.plain(Method::GET, "/readyz").await.problem(), (503, "unavailable".into()));
    assert_eq!(client.plain(Method::GET, "/healthz").await.status, 204);
}
