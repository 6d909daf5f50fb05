//! The suites of the server's parts, over other databases and stores of documents.

use std::env;
use std::process::Command;

use crate::support::cluster::Cluster;
use crate::support::database::{POSTGRES, POSTGRES_NODE};

/// The suites whose tests take their database and their documents from the environment.
const SUITES: &[&str] = &["store::transaction", "log::"];

/// Runs suites of this test program in a process of their own, with these variables.
fn run(suites: &[&str], variables: &[(&str, String)]) {
    let mut command = Command::new(env::current_exe().unwrap());
    // Names of modules; a test that runs suites is not one of them.
    command.args(suites).args(["--skip", "postgres::", "--quiet"]);
    command.envs(variables.iter().map(|(name, value)| (*name, value)));
    let output = command.output().unwrap();
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{text}");
    assert!(!text.contains("0 passed"), "{text}");
}

fn postgres(cluster: &Cluster) -> [(&'static str, String); 2] {
    [(POSTGRES, cluster.url("postgres")), (POSTGRES_NODE, cluster.url("coffer_node"))]
}

#[test]
fn store_and_log_behave_the_same_on_postgresql() {
    let cluster = Cluster::start(&[]);
    run(SUITES, &postgres(&cluster));
}
