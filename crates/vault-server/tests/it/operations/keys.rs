use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{command, configure, init_with, opened, output, program, refusal, rows, serve, serve_with};
use crate::support::ISSUER;

fn write_key(data: &Path, name: &str, digit: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(data.join(name), digit.repeat(64)).unwrap();
    fs::set_permissions(data.join(name), fs::Permissions::from_mode(0o600)).unwrap();
}

fn keys(data: &Path) -> Value {
    rows(data, &["status"])[0]["token_keys"].clone()
}

#[tokio::test]
async fn keys_rotate_while_requests_run_and_are_dropped_on_demand() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve(&data);
    let (account, mut client) = opened(&data, &running, 1).await;
    command(&data, &["keys", "rotate"]);
    assert_eq!(keys(&data), 2);
    // Token, nonce and refresh token from before are valid.
    assert!(client.get("/v1/sessions").await.status.is_success());
    command(&data, &["keys", "rotate", "--drop"]);
    assert_eq!(keys(&data), 1);
    assert_eq!(client.get("/v1/sessions").await.problem().1, "token-invalid");
    account.sign_in(&mut client).await;
    // After a restart it is the same key.
    drop(running);
    let running = serve(&data);
    client.move_to(running.address);
    assert!(client.get("/v1/sessions").await.status.is_success());
}

#[tokio::test]
async fn the_key_encryption_key_is_replaced_while_the_server_runs() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let plain = fs::read_to_string(data.join("secrets.toml")).unwrap();
    let secrets: Vec<&str> = plain.split('"').filter(|text| text.len() > 30).collect();
    write_key(&data, "first.key", "1");
    write_key(&data, "second.key", "2");
    configure(&data, "key_encryption_key", Some("'first.key'"));
    let running = serve(&data);
    let (account, mut client) = opened(&data, &running, 1).await;
    let pinned = fs::read(data.join("tls.key")).unwrap();
    assert!(!String::from_utf8(pinned).unwrap().contains("PRIVATE"));
    command(&data, &["keys", "rotate"]);
    let sealed = fs::read_to_string(data.join("secrets.toml")).unwrap();
    assert!(secrets.len() >= 4 && secrets.iter().all(|secret| !sealed.contains(secret)));

    command(&data, &["keys", "seal", "--next", "file:second.key"]);
    // With both keys it starts, whichever is configured; the running one serves on.
    assert!(client.get("/v1/sessions").await.status.is_success());
    drop(running);
    drop(serve(&data));
    configure(&data, "key_encryption_key", Some("'second.key'"));
    let running = serve(&data);
    command(&data, &["keys", "seal"]);
    drop(running);
    fs::remove_file(data.join("first.key")).unwrap();
    let running = serve(&data);
    client.move_to(running.address);
    account.sign_in(&mut client).await;
    drop(running);
    // The old key, another one and none open nothing, and no secret is named.
    write_key(&data, "first.key", "1");
    let wrong =
        [("'first.key'", "does not open"), ("'env:NONE'", "NONE is not set"), ("'none.key'", "none.key")];
    for (source, expected) in wrong {
        configure(&data, "key_encryption_key", Some(source));
        let error = refusal(&data, &["serve"]);
        assert!(error.contains(expected) && !error.contains(&"1".repeat(64)), "{error}");
    }
    configure(&data, "key_encryption_key", None);
    assert!(refusal(&data, &["serve"]).contains("names no key_encryption_key"));
}

#[tokio::test]
async fn the_key_encryption_key_comes_from_the_environment_a_file_or_a_credential() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    write_key(temporary.path(), "kek", "a");
    let file = temporary.path().join("kek");
    let (file, folder) = (file.to_str().unwrap(), temporary.path().to_str().unwrap());
    for environment in [
        vec![("COFFER_KEY_ENCRYPTION_KEY_FILE", file)],
        vec![("COFFER_KEY_ENCRYPTION_KEY", "env:KEK"), ("KEK", &"a".repeat(64))],
        vec![("COFFER_KEY_ENCRYPTION_KEY", "credential:kek"), ("CREDENTIALS_DIRECTORY", folder)],
    ] {
        let running = serve_with(&data, &environment);
        assert_eq!(keys(&data), 1);
        running.terminate();
    }
    assert!(refusal(&data, &["serve"]).contains("names no key_encryption_key"));
    let wrong = "b".repeat(64);
    let mut other = program(&data);
    other.env("COFFER_KEY_ENCRYPTION_KEY", "env:KEK").env("KEK", &wrong).arg("serve");
    let (success, _, error) = output(&mut other);
    assert!(!success && error.contains("does not open") && !error.contains(&wrong), "{error}");
}

#[tokio::test]
async fn a_server_killed_while_its_keys_rotate_starts_again() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    write_key(&data, "first.key", "1");
    write_key(&data, "second.key", "2");
    configure(&data, "key_encryption_key", Some("'first.key'"));
    let mut account = None;
    for round in 0..6 {
        let running = serve(&data);
        if account.is_none() {
            account = Some(opened(&data, &running, 1).await);
        }
        let before = fs::read(data.join("secrets.toml")).unwrap();
        let arguments = if round % 2 == 0 {
            vec!["keys", "rotate"]
        } else {
            vec!["keys", "seal", "--next", "second.key"]
        };
        let mut commands: Vec<_> = (0..4)
            .map(|_| program(&data).args(&arguments).stderr(std::process::Stdio::null()).spawn().unwrap())
            .collect();
        // As soon as one of them has an effect.
        while fs::read(data.join("secrets.toml")).unwrap() == before {
            tokio::task::yield_now().await;
        }
        drop(running);
        commands.iter_mut().for_each(|command| assert!(command.wait().is_ok()));
    }
    let running = serve(&data);
    let (account, mut client) = account.unwrap();
    client.move_to(running.address);
    account.sign_in(&mut client).await;
}
