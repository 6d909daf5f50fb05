//! `cargo xtask fuzz`: searches with libFuzzer for inputs that violate a property.

use crate::{
    prerequisites,
    process::{Context as _, Error, Result, note, run},
    project,
};
use std::fs;

/// The default time per target, in seconds.
const SECONDS: u32 = 60;

/// The parsed arguments.
#[derive(Debug, PartialEq)]
struct Options<'a> {
    /// `None`: every target, one after the other.
    target: Option<&'a str>,
    seconds: u32,
}

impl<'a> Options<'a> {
    fn parse(arguments: &[&'a str]) -> Result<Self> {
        let mut options = Self { target: None, seconds: SECONDS };
        let mut rest = arguments;
        loop {
            rest = match rest {
                [] => return Ok(options),
                ["--seconds", seconds, rest @ ..] => {
                    let number = seconds.parse().ok().filter(|number| *number > 0);
                    options.seconds =
                        number.ok_or_else(|| Error::new(format!("{seconds} is no number of seconds")))?;
                    rest
                }
                [target, rest @ ..] if options.target.is_none() && !target.starts_with('-') => {
                    options.target = Some(target);
                    rest
                }
                [word, ..] => return Err(Error::new(format!("unknown or incomplete: {word}"))),
            }
        }
    }
}

/// Fuzzes one target or all; an input that violates a property is kept in `fuzz/regressions`.
pub fn fuzz(arguments: &[&str]) -> Result {
    let options = Options::parse(arguments)?;
    let targets = targets()?;
    let chosen: Vec<&String> =
        targets.iter().filter(|name| options.target.is_none_or(|target| target == *name)).collect();
    if chosen.is_empty() {
        return Err(Error::new(format!("no such target; the targets are {}", targets.join(", "))));
    }
    prerequisites::prepare_fuzzer()?;
    for name in chosen {
        note(&format!("\n== {name}"));
        search(name, options.seconds)?;
    }
    Ok(())
}

/// The names of the targets, which are those of their corpora.
fn targets() -> Result<Vec<String>> {
    let folder = project::root().join("fuzz/corpus");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).context(&folder)? {
        names.push(entry.context(&folder)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn search(name: &str, seconds: u32) -> Result {
    let fuzz = project::root().join("fuzz");
    // New inputs go into the first folder; the committed corpus stays small.
    let found = project::scratch(&format!("fuzz/{name}"))?;
    let regressions = fuzz.join("regressions").join(name);
    fs::create_dir_all(&regressions).context(&regressions)?;
    let result = run(project::cargo(["fuzz", "run", "--fuzz-dir"])
        .arg(&fuzz)
        .arg("--target-dir")
        .arg(project::target()?.join("fuzz"))
        .arg(name)
        .args([&found, &fuzz.join("corpus").join(name), &regressions])
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .args(["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=256", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", regressions.display()))
        // Stable toolchains have the flags that libFuzzer needs and accept them only with this variable.
        .env("RUSTC_BOOTSTRAP", "1"));
    // Fails, and so keeps the folder, if an input was found.
    let _ = fs::remove_dir(&regressions);
    result.map_err(|error| {
        Error::new(format!(
            "{name}: {error}; the input is in fuzz/regressions/{name}, and `cargo nextest run -p vault-fuzz` runs it"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_and_seconds_parse_in_any_order() {
        let expected = Options { target: Some("log"), seconds: 5 };
        assert_eq!(Options::parse(&["log", "--seconds", "5"]).unwrap(), expected);
        assert_eq!(Options::parse(&["--seconds", "5", "log"]).unwrap(), expected);
        assert_eq!(Options::parse(&[]).unwrap(), Options { target: None, seconds: SECONDS });
    }

    #[test]
    fn invalid_arguments_are_refused() {
        for words in [&["--seconds"][..], &["--seconds", "0"], &["--seconds", "x"], &["a", "b"], &["--fast"]]
        {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
