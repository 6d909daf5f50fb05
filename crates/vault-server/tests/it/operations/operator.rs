use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;

use rusqlite::Connection;
use serde_json::Value;
use vault_wire::message::AccountUsage;
use vault_wire::roster::{MemberRole, Op};

use crate::cli::{command, init_with, opened, program, refusal, rows, serve};
use crate::log::documents::{Document, revision};
use crate::log::{Account as Author, Peer};
use crate::support::{ISSUER, TestServer};

#[tokio::test]
async fn the_operator_lists_locks_renames_and_deletes_accounts() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve(&data);
    let (account, mut client) = opened(&data, &running, 1).await;
    let (other, mut theirs) = opened(&data, &running, 2).await;
    let (login, id) = (account.login.as_str(), account.id().to_string());

    let listed = rows(&data, &["user", "list"]);
    assert_eq!(listed.len(), 2);
    let mine = listed.iter().find(|row| row["login"] == login).unwrap();
    assert_eq!(
        (&mine["account_id"], &mine["locked"], &mine["sessions"]),
        (&id.clone().into(), &false.into(), &1.into())
    );
    assert!(command(&data, &["user", "list"]).contains(&format!("login={login}")));
    let status = &rows(&data, &["status"])[0];
    assert_eq!(
        (&status["accounts"], &status["ready"], &status["issuer"]),
        (&2.into(), &true.into(), &ISSUER.into())
    );

    command(&data, &["user", "lock", login]);
    assert_eq!(client.get("/v1/sessions").await.problem().1, "session-ended");
    assert_eq!(account.log_in(&mut client).await.problem().1, "sign-in-refused");
    assert!(theirs.get("/v1/sessions").await.status.is_success());
    command(&data, &["user", "unlock", "--id", &id]);
    assert!(client.get("/v1/sessions").await.status.is_success());

    command(&data, &["user", "quota", login, "--bytes", "5000"]);
    let usage: AccountUsage = client.get("/v1/account/usage").await.json();
    assert_eq!(usage.limit, 5000);
    command(&data, &["user", "quota", login]);
    let usage: AccountUsage = client.get("/v1/account/usage").await.json();
    assert!(usage.limit > 1 << 60);

    assert_eq!(rows(&data, &["user", "sessions", login]).len(), 1);
    command(&data, &["user", "sessions", login, "--end"]);
    assert_eq!(client.get("/v1/sessions").await.problem().1, "session-ended");

    command(&data, &["user", "change-login", login, "--to", "new@example.test"]);
    assert!(refusal(&data, &["user", "lock", login]).contains("not-found"));
    assert!(
        refusal(&data, &["user", "change-login", "new@example.test", "--to", other.login.as_str()])
            .contains("exists")
    );
    command(&data, &["user", "delete", "new@example.test"]);
    assert!(refusal(&data, &["user", "unlock", "--id", &id]).contains("not-found"));
    assert_eq!(rows(&data, &["user", "list"]).len(), 1);
    // The name is free, and the deleted account can be opened again.
    command(&data, &["user", "change-login", other.login.as_str(), "--to", "new@example.test"]);
    opened(&data, &running, 1).await;
}

#[tokio::test]
async fn the_operator_removes_a_second_factor() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve(&data);
    let (account, mut client) = opened(&data, &running, 1).await;
    let db = Connection::open(data.join("server.db")).unwrap();
    let enrol = "INSERT INTO totp SELECT account_id, x'00', 0 FROM account";
    assert_eq!(db.execute(enrol, []), Ok(1));
    let step: Value = serde_json::from_slice(&account.log_in(&mut client).await.body).unwrap();
    assert!(step["factor"].is_object(), "{step}");
    command(&data, &["user", "reset-factor", account.login.as_str()]);
    account.sign_in(&mut client).await;
    let audit: Value = serde_json::from_slice(&client.get("/v1/audit").await.body).unwrap();
    assert!(audit["events"].as_array().unwrap().iter().any(|event| event["kind"] == "factor-removed"));
}

/// Rows of a table that belong to an account, or to a vault.
fn rows_of(db: &Connection, column: &str, id: &[u8]) -> Vec<String> {
    let tables = "SELECT t.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = ?";
    let mut statement = db.prepare(tables).unwrap();
    let tables: Vec<String> =
        statement.query_map([column], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let count = |table: &String| {
        db.query_row(&format!("SELECT count(*) FROM {table} WHERE {column} = ?"), [id], |row| {
            row.get::<_, u64>(0)
        })
        .unwrap()
    };
    tables.into_iter().filter(|table| count(table) > 0).collect()
}

#[tokio::test]
async fn a_deleted_account_leaves_nothing_of_itself_and_of_its_own_vaults() {
    let server = TestServer::start().await;
    let (mine, other) = (Author::new(1), Author::new(2));
    let (mut client, mut theirs) = (server.client(1), server.client(2));
    client.get_session(&server.app, mine.id(), &mine.certificate).await;
    theirs.get_session(&server.app, other.id(), &other.certificate).await;
    let logs = &server.app.logs;
    let mut own = Peer::found_as(logs, &mine, 1).await;
    let entries = (0..5).map(|item| own.put(item)).collect();
    own.push(logs, entries).await;
    own.pull(logs).await;
    let document = Document::new(40_000);
    document.upload(logs, &own).await;
    let named = revision(&mut own, document.named());
    own.commit(logs, named).await;
    let mut shared = Peer::found_as(logs, &mine, 2).await;
    let add = shared.record(vec![other.add(MemberRole::Editor)], None);
    shared.commit(logs, add).await;

    // The only owner of a vault with another member.
    let refused = client.delete("/v1/account").await;
    assert_eq!(refused.problem(), (409, "vaults-left".into()));
    let problem: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(problem["vaults"], serde_json::json!([shared.vault.to_string()]));
    let promote = Op::Role { account: other.id(), role: MemberRole::Owner };
    let promote = shared.record(vec![promote], Some(&mine.root));
    shared.commit(logs, promote).await;

    let chunks = server.folder().join("data/documents").join(own.vault.to_string());
    assert!(chunks.exists());
    assert_eq!(client.delete("/v1/account").await.status, 204);
    let db = Connection::open(server.folder().join("data/server.db")).unwrap();
    assert_eq!(rows_of(&db, "vault_id", own.vault.as_bytes()), [""; 0]);
    assert!(std::fs::read_dir(&chunks).map_or(0, Iterator::count) == 0, "no chunk is left");
    // What the other member needs stays, and the audit, which only grows.
    assert_eq!(rows_of(&db, "account_id", mine.id().as_bytes()), ["audit", "member"]);
    assert_eq!(theirs.get(&format!("/v1/vaults/{}/head", shared.vault)).await.status, 200);
    assert_eq!(client.get("/v1/sessions").await.problem().1, "session-ended");
}

#[test]
fn the_socket_is_closed_to_others_and_takes_no_nonsense() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let _running = serve(&data);
    let socket = data.join("admin.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let long = vec![b'x'; 100_000];
    for line in [b"{}\n".as_slice(), b"\"lock\"\n", b"[[[[[[\n", b"\n", &long] {
        let mut stream = UnixStream::connect(&socket).unwrap();
        let _ = stream.write_all(line);
        let mut answer = String::new();
        // What is too long is not read to its end.
        if BufReader::new(stream).read_line(&mut answer).is_ok() {
            assert!(answer.contains("malformed"), "{answer}");
        }
    }
    assert_eq!(rows(&data, &["status"]).len(), 1);
    // No account is named, or two.
    for arguments in [vec!["user", "lock"], vec!["user", "lock", "a@b.test", "--id", &"0".repeat(32)]] {
        assert!(!program(&data).args(arguments).output().unwrap().status.success());
    }
}
