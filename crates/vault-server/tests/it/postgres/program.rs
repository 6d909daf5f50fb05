//! The program with a database in PostgreSQL.

use std::path::Path;
use std::process::Command;

use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;

/// Runs the program with an address of the database in its environment. Returns its output, and whether it succeeded.
fn run(data: &Path, database: &str, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coffer-server"));
    command.env_clear().env("COFFER_DATABASE", database).arg("--data").arg(data).args(arguments);
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn a_server_is_set_up_in_postgresql_and_its_password_is_not_printed() {
    let cluster = Cluster::start(&[]);
    cluster.run("postgres", "CREATE DATABASE fresh");
    cluster.run("fresh", "GRANT CREATE, USAGE ON SCHEMA public TO coffer_migration");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let url = |role: &str, database: &str| {
        format!("postgres://{role}:secret-word@127.0.0.1:{}/{database}", cluster.port)
    };
    let (success, text) = run(&data, &url("coffer_node", TEMPLATE), &["init", "--address", "https://a.test"]);
    assert!(success && text.contains("coffer:"), "{text}");
    assert!(!data.join("server.db").exists());
    let (success, text) = run(&data, &url("coffer_node", TEMPLATE), &["check"]);
    assert!(success && text.contains("(hidden)") && !text.contains("secret-word"), "{text}");
    // In another database the schema is missing, which the server's role cannot make.
    let (success, text) = run(&data, &url("coffer_node", "fresh"), &["check"]);
    assert!(!success && text.contains("role may not do this"), "{text}");
    let (success, text) = run(&data, &url("coffer_migration", "fresh"), &["migrate"]);
    assert!(success && text.contains("schema"), "{text}");
    let (success, text) = run(&data, &url("coffer_node", "fresh"), &["check"]);
    assert!(success, "{text}");
    let (success, text) = run(&data, "postgres://a:secret-word@127.0.0.1:1/x", &["check"]);
    assert!(!success && text.contains("does not answer") && !text.contains("secret-word"), "{text}");
    let (success, text) = run(&data, "postgres:/a:secret-word", &["check"]);
    assert!(!success && !text.contains("secret-word"), "{text}");
}
