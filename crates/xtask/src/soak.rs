//! `cargo xtask soak`: the simulations, for longer and with seeds that nobody has tried.

use crate::{
    project,
    shell::{self, Failure, Outcome, note},
};
use std::{
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

/// Five minutes or so.
const ROUNDS: u64 = 20_000;

/// A few minutes more.
const KILLS: u64 = 500;

/// Where to begin and how far to go.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    seed: Option<u64>,
    rounds: u64,
}

impl Options {
    fn parse(arguments: &[&str]) -> Outcome<Self> {
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
                [word, ..] => return Err(Failure::new(format!("unknown or incomplete: {word}"))),
            }
        }
    }
}

fn parse(number: &str) -> Outcome<u64> {
    number.parse().map_err(|_| Failure::new(format!("not a number: {number}")))
}

/// Runs every test whose name begins with `soak_`, kills a process at work, and cuts the power and has the disk fail at
/// more places than the tests do. A test that fails names its seed, which is then added to its cases, or the place.
pub fn soak(arguments: &[&str]) -> Outcome {
    let Options { seed, rounds } = Options::parse(arguments)?;
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seed = seed.unwrap_or_else(|| now().wrapping_mul(1_000_003));
    note(&format!("seeds from {seed} on, {rounds} of them"));
    let mut tests = project::cargo(["test", "--workspace", "--lib", "soak_", "--", "--nocapture"]);
    tests.env("COFFER_SOAK_SEED", seed.to_string()).env("COFFER_SOAK_ROUNDS", rounds.to_string());
    shell::run(&mut tests)?;
    note(&format!("{KILLS} kills of a process that works on a profile"));
    let mut kills = integration_tests();
    kills.args(["t52_kills_during", "--nocapture"]);
    kills.env("COFFER_SOAK_SEED", seed.to_string()).env("COFFER_SOAK_KILLS", KILLS.to_string());
    shell::run(&mut kills)?;
    note("power cuts at every place, and disks that fail");
    let mut disks = integration_tests();
    // One at a time: a process that one test starts would for a moment hold what another has locked.
    disks.args(["t52_a_power_cut", "t52_a_disk_that_fails", "--nocapture", "--test-threads=1"]);
    disks.env("COFFER_SOAK_ALL", "yes");
    shell::run(&mut disks)
}

/// Runs integration tests of the whole workspace, with the features that `cargo xtask test` built them with.
fn integration_tests() -> Command {
    project::cargo(["test", "--workspace", "--test", "it", "--"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_and_rounds_are_read_and_anything_else_refused() {
        assert_eq!(Options::parse(&[]).unwrap(), Options { seed: None, rounds: ROUNDS });
        let both = Options::parse(&["--seed", "7", "--rounds", "9"]).unwrap();
        assert_eq!(both, Options { seed: Some(7), rounds: 9 });
        assert!(Options::parse(&["--seed"]).is_err());
        assert!(Options::parse(&["--seed", "x"]).is_err());
        assert!(Options::parse(&["7"]).is_err());
    }
}
