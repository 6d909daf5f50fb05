//! `cargo xtask fuzz`: searching for inputs that break a law, with libFuzzer.

use crate::{
    machine, project,
    shell::{About as _, Failure, Outcome, note, run},
};
use std::fs;

/// How long each target is searched unless asked for otherwise, in seconds.
const SECONDS: u32 = 60;

/// What was asked for.
#[derive(Debug, PartialEq)]
struct Options<'a> {
    /// None: every target, one after the other.
    target: Option<&'a str>,
    seconds: u32,
}

impl<'a> Options<'a> {
    fn parse(arguments: &[&'a str]) -> Outcome<Self> {
        let mut options = Self { target: None, seconds: SECONDS };
        let mut rest = arguments;
        loop {
            rest = match rest {
                [] => return Ok(options),
                ["--seconds", seconds, rest @ ..] => {
                    let number = seconds.parse().ok().filter(|number| *number > 0);
                    options.seconds =
                        number.ok_or_else(|| Failure::new(format!("{seconds} is no number of seconds")))?;
                    rest
                }
                [target, rest @ ..] if options.target.is_none() && !target.starts_with('-') => {
                    options.target = Some(target);
                    rest
                }
                [word, ..] => return Err(Failure::new(format!("unknown or incomplete: {word}"))),
            }
        }
    }
}

/// Searches one target or all of them; an input that breaks a law stays in `fuzz/regressions`.
pub fn fuzz(arguments: &[&str]) -> Outcome {
    let options = Options::parse(arguments)?;
    let targets = targets()?;
    let chosen: Vec<&String> =
        targets.iter().filter(|name| options.target.is_none_or(|target| target == *name)).collect();
    if chosen.is_empty() {
        return Err(Failure::new(format!("no such target; there are {}", targets.join(", "))));
    }
    machine::prepare_fuzzer()?;
    for name in chosen {
        note(&format!("\n== {name}"));
        search(name, options.seconds)?;
    }
    Ok(())
}

/// The targets, by their corpora.
fn targets() -> Outcome<Vec<String>> {
    let folder = project::root().join("fuzz/corpus");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).about(&folder)? {
        names.push(entry.about(&folder)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn search(name: &str, seconds: u32) -> Outcome {
    let fuzz = project::root().join("fuzz");
    // What is new is put into the first folder; the committed corpus stays small.
    let found = project::scratch(&format!("fuzz/{name}"))?;
    let regressions = fuzz.join("regressions").join(name);
    fs::create_dir_all(&regressions).about(&regressions)?;
    let outcome = run(project::cargo(["fuzz", "run", "--fuzz-dir"])
        .arg(&fuzz)
        .arg("--target-dir")
        .arg(project::target()?.join("fuzz"))
        .arg(name)
        .args([&found, &fuzz.join("corpus").join(name), &regressions])
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .args(["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=256", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", regressions.display()))
        // The flags that libFuzzer needs are there on every toolchain, but asked for by name only on nightly ones.
        .env("RUSTC_BOOTSTRAP", "1"));
    // Stays if something was found.
    let _ = fs::remove_dir(&regressions);
    outcome.map_err(|failure| {
        Failure::new(format!(
            "{name}: {failure}; the input is in fuzz/regressions/{name}, and `cargo nextest run -p vault-fuzz` runs it"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_seconds_are_read_in_any_order() {
        let expected = Options { target: Some("log"), seconds: 5 };
        assert_eq!(Options::parse(&["log", "--seconds", "5"]).unwrap(), expected);
        assert_eq!(Options::parse(&["--seconds", "5", "log"]).unwrap(), expected);
        assert_eq!(Options::parse(&[]).unwrap(), Options { target: None, seconds: SECONDS });
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for words in [&["--seconds"][..], &["--seconds", "0"], &["--seconds", "x"], &["a", "b"], &["--fast"]]
        {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
