//! The reader in Python, which shares no code with the program, as another device of an account.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vault_crypto::KdfParams;
use vault_engine::session::{Opened, Put, VaultAppearance};
use vault_sync::Trust;
use vault_wire::message::{ConnectCode, LogEntry, LogPage, Origin};

use crate::cycle::{Connected, LOGIN};
use crate::documents::{MIB, content};
use crate::support::{Computer, HostileServer, ISSUER, PASSWORD, TestServer};

/// The reader with its Python, which `cargo xtask` installs.
fn reader() -> (PathBuf, PathBuf) {
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned();
    let python = target.join("xtask/interop/environment/bin/python");
    assert!(python.exists(), "`cargo xtask test --only interop` installs what the reader needs");
    (python, Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("interop"))
}

/// Lets the reader sign in with a password at the server of a key, and read everything in pages of a few entries.
async fn pull(hostile: &HostileServer, trust: &Trust, one: &Connected, password: &str) -> Output {
    let Trust::Key(key) = trust else { panic!("no key") };
    let issuer = Origin::new(ISSUER).unwrap();
    let code = ConnectCode { address: hostile.origin(), issuer, key: Some(*key), code: None }.to_string();
    let secret_key = one.computer.account_parts().secret_key.to_text();
    let (python, folder) = reader();
    let mut command = Command::new(python);
    command.args([
        "-m",
        "coffer_v1",
        "pull",
        "--page",
        "3",
        "--secret-key",
        secret_key.expose(),
        &code,
        LOGIN,
    ]);
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
