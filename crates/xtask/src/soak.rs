//! `cargo xtask soak`: the simulations, longer and with new seeds.

use crate::{
    peers,
    process::{self, Error, Result, note},
    project,
};
use std::{
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

/// About five minutes.
const ROUNDS: u64 = 20_000;

/// A few more minutes.
const KILLS: u64 = 500;

/// Kills of programs and their server over a bad network: half an hour.
const STORM: u64 = 2_000;

/// Kills of the programs of five accounts and their server: a quarter of an hour.
const CROWD: u64 = 600;

/// Schedules of several devices: about four hours of processor time.
const SCHEDULES: u64 = 100_000;

/// Schedules of several accounts in a shared vault: about half an hour of processor time.
const TEAMS: u64 = 1_500;

/// The features with which the server takes keys from secrets managers.
const SECRETS: &str = "secrets-aws,secrets-pkcs11,secrets-vault";

/// The parsed arguments.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    seed: Option<u64>,
    rounds: u64,
}

impl Options {
    fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self { seed: None, rounds: ROUNDS };
        let mut rest = arguments;
        loop {
            rest = match rest {
                [] => return Ok(options),
                ["--seed", number, rest @ ..] => {
                    options.seed = Some(parse(number)?);
                    rest
                }
                ["--rounds", number, rest @ ..] => {
                    options.rounds = parse(number)?;
                    rest
                }
                [word, ..] => return Err(Error::new(format!("unknown or incomplete: {word}"))),
            }
        }
    }
}

fn parse(number: &str) -> Result<u64> {
    number.parse().map_err(|_| Error::new(format!("not a number: {number}")))
}

/// Runs the tests `soak_*`, kills of a working process, and power loss and disk faults at every write, of which ordinary
/// test runs try a sample. A failing test prints its seed, which is then added to its cases, or the write.
pub fn soak(arguments: &[&str]) -> Result {
    let Options { seed, rounds } = Options::parse(arguments)?;
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seed = seed.unwrap_or_else(|| now().wrapping_mul(1_000_003));
    note(&format!("{rounds} seeds from {seed} on"));
    let mut tests = project::cargo(["test", "--workspace", "--lib", "soak_", "--", "--nocapture"]);
    tests.env("COFFER_SOAK_SEED", seed.to_string()).env("COFFER_SOAK_ROUNDS", rounds.to_string());
    process::run(&mut tests)?;
    note(&format!("{KILLS} kills of a process that writes to a profile"));
    let mut kills = integration_tests();
    kills.args(["t52_kills_during", "--nocapture"]);
    kills.env("COFFER_SOAK_SEED", seed.to_string()).env("COFFER_SOAK_KILLS", KILLS.to_string());
    process::run(&mut kills)?;
    note(&format!("{SCHEDULES} schedules of random work on several devices"));
    let mut devices = integration_tests();
    devices.args(["sync::simulation", "--nocapture"]).env("COFFER_SOAK_SEED", seed.to_string());
    process::run(devices.env("COFFER_SOAK_ROUNDS", SCHEDULES.to_string()))?;
    note(&format!("{TEAMS} schedules of random work in shared vaults"));
    let mut teams = integration_tests();
    teams.args(["sync::teams", "--nocapture"]).env("COFFER_SOAK_SEED", seed.to_string());
    process::run(teams.env("COFFER_SOAK_ROUNDS", TEAMS.to_string()))?;
    note(&format!("{STORM} kills of two programs and their server, over a network that cuts connections"));
    let mut storm = integration_tests();
    storm.args(["kills_and_cut_connections", "--nocapture"]).env("COFFER_SOAK_SEED", seed.to_string());
    process::run(storm.env("COFFER_SOAK_KILLS", STORM.to_string()))?;
    note(&format!("{CROWD} kills of five programs in one vault and their server, while one is removed"));
    let mut crowd = integration_tests();
    crowd.args(["t31_killed_programs", "--nocapture"]).env("COFFER_SOAK_SEED", seed.to_string());
    crowd.env("COFFER_SOAK_MEMBERS", "5").env("COFFER_SOAK_KILLS", (CROWD / 2).to_string());
    process::run(&mut crowd)?;
    note("power loss at every write, and disk faults");
    let mut disks = integration_tests();
    // One at a time: a process started by one test inherits the locks of another for a moment.
    disks.args(["t52_a_power_cut", "t52_a_disk_that_fails", "--nocapture", "--test-threads=1"]);
    disks.env("COFFER_SOAK_ALL", "yes");
    process::run(&mut disks)?;
    note("the server over every database, attacked, through faults, and in the eyes of other programs");
    let mut server = integration_tests();
    server.args(["conformance::", "hostile::", "peers::"]);
    server.args(["postgres::nodes", "postgres::hints", "postgres::patroni", "postgres::network"]);
    server.args(["--nocapture", "--test-threads=1"]);
    server.env("COFFER_SOAK_ALL", "yes").env("COFFER_SOAK_SEED", seed.to_string());
    let peers = peers::prepare_all()?;
    process::run(server.env("COFFER_TEST_PEERS", &peers))?;
    note("the server's keys from secrets managers");
    let features = ["test", "--package", "vault-server", "--features", SECRETS, "--test", "it", "--"];
    let mut managers = project::cargo(features);
    process::run(managers.args(["secrets::", "--nocapture"]).env("COFFER_TEST_PEERS", peers))?;
    note("the server's traces");
    let features = ["test", "--package", "vault-server", "--features", "otel", "--test", "it", "--"];
    process::run(project::cargo(features).args(["telemetry::", "--nocapture"]))
}

/// Runs integration tests of the whole workspace, with the features that `cargo xtask test` built them with.
fn integration_tests() -> Command {
    project::cargo(["test", "--workspace", "--test", "it", "--"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_and_rounds_parse_and_other_arguments_are_refused() {
        assert_eq!(Options::parse(&[]).unwrap(), Options { seed: None, rounds: ROUNDS });
        let both = Options::parse(&["--seed", "7", "--rounds", "9"]).unwrap();
        assert_eq!(both, Options { seed: Some(7), rounds: 9 });
        assert!(Options::parse(&["--seed"]).is_err());
        assert!(Options::parse(&["--seed", "x"]).is_err());
        assert!(Options::parse(&["7"]).is_err());
    }
}
