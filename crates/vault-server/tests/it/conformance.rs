//! The suites of the server's parts, over other databases and stores of documents: some in every run, all of them if
//! `COFFER_SOAK_ALL` is set.

use std::env;
use std::process::Command;

use crate::support::cluster::{Cluster, newest_programs};
use crate::support::database::{POSTGRES, POSTGRES_NODE, SERIALIZABLE};
use crate::support::documents::S3 as S3_ADDRESS;
use crate::support::pooler::Pooler;
use crate::support::s3::S3;

/// The suites whose tests take their database and their documents from the environment.
const SUITES: &[&str] = &["store::transaction", "log::"];
const ALL_SUITES: &[&str] = &["store::transaction", "log::", "account::", "http::"];
const DOCUMENTS: &[&str] = &["log::documents"];

/// A variable for the tests.
type Variable = (&'static str, String);

fn all() -> bool {
    env::var_os("COFFER_SOAK_ALL").is_some()
}

/// Runs suites of this test program in a process of their own, with these variables.
fn run(what: &str, suites: &[&str], variables: &[Variable]) {
    let mut command = Command::new(env::current_exe().unwrap());
    // Names of modules, which are also parts of others.
    command.args(suites).args(["--skip", "postgres::", "--skip", "conformance::", "--quiet"]);
    command.envs(variables.iter().map(|(name, value)| (*name, value)));
    let output = command.output().unwrap();
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{what}\n{text}");
    assert!(!text.contains(" 0 passed"), "{what}\n{text}");
    eprintln!("{what}: {}", text.lines().find(|line| line.starts_with("test result")).unwrap());
}

fn postgres(cluster: &Cluster) -> Vec<Variable> {
    vec![(POSTGRES, cluster.url("postgres")), (POSTGRES_NODE, cluster.url("coffer_node"))]
}

#[test]
fn accounts_and_logs_behave_the_same_on_postgresql() {
    let cluster = Cluster::start(&[]);
    let version = cluster.run("postgres", "SHOW server_version").unwrap();
    if !all() {
        return run(&version, SUITES, &postgres(&cluster));
    }
    run(&version, ALL_SUITES, &postgres(&cluster));
    let without_locks = [postgres(&cluster), vec![(SERIALIZABLE, "yes".to_owned())]].concat();
    run("without locks", SUITES, &without_locks);
    for s3 in [S3::seaweed(), S3::moto()] {
        let documents = (S3_ADDRESS, s3.endpoint());
        run(s3.name, DOCUMENTS, &[postgres(&cluster), vec![documents]].concat());
    }
    drop(cluster);
    let serializable = Cluster::start(&["default_transaction_isolation=serializable"]);
    run("serializable by default", ALL_SUITES, &postgres(&serializable));
    drop(serializable);
    let cluster = Cluster::start(&["max_connections=400"]);
    let pooler = Pooler::start(&cluster);
    run(
        "pgbouncer",
        ALL_SUITES,
        &[(POSTGRES, cluster.url("postgres")), (POSTGRES_NODE, pooler.url("coffer_node"))],
    );
    drop((pooler, cluster));
    let (_folder, programs) = newest_programs();
    let newest = Cluster::start_from(&programs, &[]);
    let version = newest.run("postgres", "SHOW server_version").unwrap();
    assert!(version.starts_with("18"));
    run(&version, ALL_SUITES, &postgres(&newest));
}

#[test]
fn documents_behave_the_same_in_s3() {
    let s3 = S3::seaweed();
    run(s3.name, DOCUMENTS, &[(S3_ADDRESS, s3.endpoint())]);
    if all() {
        let s3 = S3::moto();
        run(s3.name, DOCUMENTS, &[(S3_ADDRESS, s3.endpoint())]);
    }
}
