//! The reader in Python, which shares no code with the program, as another device of an account.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vault_api::SecretText;
use vault_api::views::{ChangeKind, RoleView, VaultAppearanceView};
use vault_crypto::KdfParams;
use vault_engine::clock::{SystemClock, system_rng};
use vault_engine::profile::NewArchive;
use vault_engine::session::{Opened, Put, VaultAppearance};
use vault_sync::Trust;
use vault_wire::message::{ConnectCode, LogEntry, LogPage, Origin};

use crate::cycle::{Connected, LOGIN};
use crate::documents::{MIB, content};
use crate::support::{Computer, HostileServer, ISSUER, PASSWORD, Program, TestServer, secret_key};

/// The reader with its Python, which `cargo xtask` installs.
fn reader() -> (PathBuf, PathBuf) {
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned();
    let python = target.join("xtask/interop/environment/bin/python");
    assert!(python.exists(), "`cargo xtask test --only interop` installs what the reader needs");
    (python, Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("interop"))
}

/// Lets the reader sign in with a password at the server of a key, and read everything in pages of a few entries.
async fn pull(hostile: &HostileServer, trust: &Trust, one: &Connected, password: &str) -> Output {
    let secret_key = one.computer.account_parts().secret_key.to_text();
    pull_as(hostile, trust, (LOGIN, secret_key.expose(), password), &[]).await
}

/// The same for an account by its login, Secret Key and password.
pub async fn pull_as(
    hostile: &HostileServer,
    trust: &Trust,
    (login, secret_key, password): (&str, &str, &str),
    more: &[&str],
) -> Output {
    let Trust::Key(key) = trust else { panic!("no key") };
    let issuer = Origin::new(ISSUER).unwrap();
    let code = ConnectCode { address: hostile.origin(), issuer, key: Some(*key), code: None }.to_string();
    let (python, folder) = reader();
    let mut command = Command::new(python);
    command.args(["-m", "coffer_v1", "pull", "--page", "3", "--secret-key", secret_key, &code, login]);
    command.args(more);
    command.current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{password}\n").as_bytes()).unwrap();
    tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap()
}

/// An account with the costs that the format requires at least, which the reader insists on.
async fn account() -> (TestServer, HostileServer, Connected) {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let one = Connected::first_at_cost(&server, &hostile, Computer::new(), KdfParams::FLOOR).await;
    (server, hostile, one)
}

#[tokio::test(flavor = "multi_thread")]
async fn python_reader_reads_an_account_from_its_server() {
    let (_server, hostile, one) = account().await;
    let changed = one.computer.add("First title");
    let deleted = one.computer.add("Deleted");
    let (large, small) = (content(3, 5 * MIB), b"small".as_slice());
    let (with_documents, documents) = one.computer.add_documents("Documents", &[&large, small]);
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    two.computer.set_title(changed, "Changed by another device \u{1f511}");
    two.computer.work(|session| {
        let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
        let vault = session.create_vault(&work).unwrap();
        let Opened { mut item, .. } = session.get(changed).unwrap();
        item.title = "In the other vault".to_owned();
        session.put(Put { vault: Some(vault), ..Put::new(item) }).unwrap();
        session.trash(&[deleted]).unwrap();
        session.purge(&[deleted]).unwrap();
    });
    two.sync().await;
    one.sync().await;

    let output = pull(&hostile, &hostile.trust(), &one, PASSWORD).await;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut titles: Vec<&str> =
        read["items"].as_object().unwrap().values().map(|item| item["title"].as_str().unwrap()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Changed by another device \u{1f511}", "Documents", "In the other vault"]);
    assert_eq!(one.computer.titles(), titles);
    let stated = &read["items"][with_documents.to_string()];
    assert_eq!(stated["attachments"].as_array().unwrap().len(), 2);
    for (document, content) in documents.iter().zip([&large[..], small]) {
        let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(read["documents"][document.to_string()], json!(hash));
    }
    for vault in one.computer.work(|session| session.vaults().unwrap()) {
        let head = one.session.head(&vault.id).await.unwrap();
        let found = &read["vaults"][vault.id.to_string()];
        assert_eq!(found["seq"], json!(head.seq));
        assert_eq!(found["root"], json!(head.root.to_string()));
        assert_eq!(found["members"].as_object().unwrap().values().collect::<Vec<_>>(), [&json!(1)]);
        let name = if vault.home { "" } else { "Work" };
        assert_eq!((&found["name"], &found["without_effect"]), (&json!(name), &json!(0)));
    }
    assert_eq!(read["devices"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn python_reader_refuses_wrong_key_password_and_log() {
    let (server, hostile, one) = account().await;
    one.computer.add("First");
    one.computer.add("Second");
    one.sync().await;
    hostile.forget();
    let refusal = async |trust: Trust, password: &str, reason: &str| {
        let output = pull(&hostile, &trust, &one, password).await;
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(errors.contains(reason), "{errors}");
    };
    refusal(server.trust(), PASSWORD, "Contradiction: the server has another key").await;
    assert!(hostile.seen().is_empty());
    refusal(hostile.trust(), "another password", "NotOpened").await;
    hostile.changes("GET /v1/vaults/*", |sent, reply| {
        if sent.route.ends_with("/log") {
            reply.change_cbor(|page: &mut LogPage| {
                if let Some(LogEntry::Revision { revision, .. }) = page.entries.last_mut() {
                    revision.signature = [7; 64].into();
                }
            });
        }
    });
    refusal(hostile.trust(), PASSWORD, "Contradiction: the log does not end at the head").await;
}

/// A program with an account of its own, at the costs that the reader insists on.
async fn member(server: &TestServer, hostile: &HostileServer, login: &str) -> Program {
    let program = Program::start_at(KdfParams::FLOOR);
    program.coffer.profile_create("Home".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    program.connect_as(server, hostile, login).await;
    program.up_to_date().await;
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn python_reader_reads_a_shared_vault_as_a_member() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let alice = member(&server, &hostile, "alice@example.test").await;
    let bob = member(&server, &hostile, "bob@example.test").await;
    let vault = crate::members::team(&alice).await;
    let link = alice.invite(vault, RoleView::Editor).await;
    bob.accept(link.duplicate()).await;
    bob.until_titles(&["Shared"]).await;
    bob.add_to("Of Bob", vault).await;
    // A second member comes and is removed: the vault has two epochs, and items under both keys.
    let carol = member(&server, &hostile, "carol@example.test").await;
    let second = alice.invite(vault, RoleView::Viewer).await;
    carol.accept(second).await;
    carol.until_titles(&["Of Bob", "Shared"]).await;
    let members = alice.coffer.members_get(vault).await.unwrap();
    let [account] = members.members.iter().filter(|one| one.role == RoleView::Viewer).collect::<Vec<_>>()[..]
    else {
        panic!("one viewer")
    };
    let remove = crate::members::change(vault, ChangeKind::Remove, Some(&account.account));
    alice.coffer.member_change(remove).await.unwrap();
    alice.until_members(vault, |members| members.members.len() == 2 && !members.epoch_due).await;
    alice.add_to("After", vault).await;
    alice.up_to_date().await;
    bob.until_titles(&["After", "Of Bob", "Shared"]).await;
    bob.up_to_date().await;

    let key = secret_key(&bob).await;
    let login = ("bob@example.test", key.as_str(), PASSWORD);
    let output = pull_as(&hostile, &hostile.trust(), login, &["--link", link.expose()]).await;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = &read["vaults"][vault.to_string()];
    assert_eq!(
        (&found["name"], &found["epoch"], &found["without_effect"]),
        (&json!("Team"), &json!(2), &json!(0))
    );
    let mut roles: Vec<&Value> = found["members"].as_object().unwrap().values().collect();
    roles.sort_by_key(|role| role.as_u64());
    assert_eq!(roles, [&json!(1), &json!(3)], "an owner and an editor");
    let mut titles: Vec<&str> =
        read["items"].as_object().unwrap().values().map(|item| item["title"].as_str().unwrap()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["After", "Of Bob", "Shared"]);
    assert_eq!(read["invitation"], json!({ "vault": vault.to_string(), "used": true }));

    // An invitation into a vault that Bob is not in.
    let look = VaultAppearanceView { name: "Private".to_owned(), hue: None, icon: String::new() };
    let other = alice.coffer.vault_create(look).await.unwrap().pop().unwrap().id.parse().unwrap();
    let private = alice.invite(other, RoleView::Viewer).await;
    let output = pull_as(&hostile, &hostile.trust(), login, &["--link", private.expose()]).await;
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("Contradiction: the invitation is into another vault")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn python_reader_opens_an_archive_by_its_password() {
    let computer = Computer::new();
    let changed = computer.add("First title");
    computer.set_title(changed, "Second title");
    let (archived, _) = computer.add_documents("Documents", &[b"small"]);
    computer.add("Left out");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.coffer");
    let clock = Arc::new(SystemClock::new());
    let password = SecretText::from("an archive");
    let costs = KdfParams::FLOOR;
    let mut archive = NewArchive::create(folder.path(), password, costs, clock, system_rng()).unwrap();
    let copied = computer.work(|session| {
        let mut plan = archive.plan(session, &[changed, archived]).unwrap();
        plan.seal(&mut system_rng(), &mut |_| ControlFlow::Continue(())).unwrap();
        archive.copy(session, plan).unwrap()
    });
    assert_eq!((copied.items, copied.left.len()), (2, 0));
    archive.write(&file, &mut |_| ControlFlow::Continue(())).unwrap();

    let (python, reader) = reader();
    let documents = folder.path().join("documents");
    let open = |password: &str| {
        let mut command = Command::new(&python);
        command.args(["-m", "coffer_v1", "open", "--archive", "--history", "--documents"]);
        command.arg(&documents).arg(&file).current_dir(&reader).env("PYTHONDONTWRITEBYTECODE", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let line = format!("{password}\n");
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), line.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(!open("another archive").status.success());
    let output = open("an archive");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = read["items"].as_object().unwrap();
    assert_eq!(items.len(), 2);
    let titles: Vec<&Value> =
        items[&changed.to_string()].as_array().unwrap().iter().map(|past| &past["title"]).collect();
    assert_eq!(titles, ["First title", "Second title"]);
    let below = std::fs::read_dir(documents.join(archived.to_string())).unwrap().next().unwrap().unwrap();
    assert_eq!(std::fs::read(below.path()).unwrap(), b"small");
}
