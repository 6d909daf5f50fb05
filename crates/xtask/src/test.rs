//! `cargo xtask test`: everything, or the named parts.

use crate::{
    bindings, bundle, interop, peers, prerequisites,
    process::{Context as _, Error, Output, Result, note, run},
    project, samples,
    steps::Steps,
    tidy, ui,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// A part that can be selected by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Format,
    Tidy,
    Ui,
    Lint,
    Rust,
    Interop,
    Bindings,
    Doc,
    Screens,
    E2e,
    Bundle,
    Samples,
}

use Part::{Bindings, Bundle, Doc, E2e, Format, Interop, Lint, Rust, Samples, Screens, Tidy, Ui};

/// Every part with its name.
const PARTS: [(&str, Part); 12] = [
    ("format", Format),
    ("tidy", Tidy),
    ("ui", Ui),
    ("lint", Lint),
    ("rust", Rust),
    ("interop", Interop),
    ("bindings", Bindings),
    ("doc", Doc),
    ("screens", Screens),
    ("e2e", E2e),
    ("bundle", Bundle),
    ("samples", Samples),
];

/// The parsed arguments.
#[derive(Default, Debug, PartialEq)]
pub struct Options {
    /// Empty: every part.
    only: Vec<Part>,
    /// A folder of real exports.
    samples: Option<PathBuf>,
}

impl Options {
    /// Parses the arguments after `test`; `COFFER_SAMPLES` is the default folder of samples.
    pub fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options =
            Self { samples: env::var_os("COFFER_SAMPLES").map(PathBuf::from), ..Self::default() };
        let mut rest = arguments;
        loop {
            rest = match rest {
                [] => return Ok(options),
                ["--only", names, rest @ ..] => {
                    for name in names.split(',') {
                        options.only.push(part(name)?);
                    }
                    rest
                }
                ["--samples", folder, rest @ ..] => {
                    options.samples = Some(PathBuf::from(folder));
                    rest
                }
                [word, ..] => return Err(Error::new(format!("unknown or incomplete: {word}"))),
            }
        }
    }

    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn wants_any(&self, parts: &[Part]) -> bool {
        parts.iter().any(|part| self.wants(*part))
    }
}

/// Looks a part up by its name.
fn part(name: &str) -> Result<Part> {
    PARTS.iter().find(|(known, _)| *known == name).map(|(_, part)| *part).ok_or_else(|| {
        let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
        Error::new(format!("no such part: {name}; the parts are {}", names.join(", ")))
    })
}

/// Runs the selected parts up to the first failure and prints the duration of each step.
pub fn test(options: &Options) -> Result {
    let start = Instant::now();
    let mut steps = Steps::default();
    let result = all(options, &mut steps);
    steps.record("total", start.elapsed());
    note(&format!("\n{}", steps.table()));
    result
}

/// Runs the parts, fast ones first.
fn all(options: &Options, steps: &mut Steps) -> Result {
    if options.wants(Format) {
        steps.run("format", || {
            run(&mut project::cargo(["fmt", "--all", "--check"]))?;
            // A workspace of its own.
            run(&mut project::cargo(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))
        })?;
    }
    if options.wants(Tidy) {
        steps.run("tidy", tidy::tidy)?;
    }
    let tools = prepare(options, steps)?;
    if options.wants(Interop) {
        steps.run("interop", interop::check)?;
    }
    if options.wants_any(&[Ui, Lint, Rust, Interop, Doc, Screens, E2e, Bundle]) {
        // The shell embeds the built pages, so cargo needs them too.
        steps.run("interface build", || {
            ui::install(Output::Terminal).and_then(|()| ui::build(Output::Terminal))
        })?;
    }
    lint_beside_interface(options, steps)?;
    if options.wants_any(&[Rust, Interop, E2e, Bundle]) {
        // One set of features and one profile for tests and application: see decision 5.
        steps.run("build", || run(project::cargo(["build", "--workspace"]).args(["--bins", "--tests"])))?;
    }
    if options.wants(Rust) {
        steps.run("rust", || nextest("not package(acceptance)"))?;
    } else if options.wants(Interop) {
        steps.run("interop with a server", || nextest("package(integration) and test(python_reader)"))?;
    }
    if options.wants(Bindings) {
        steps.run("bindings", bindings::check)?;
    }
    if options.wants(Doc) {
        steps.run("doc", doc)?;
    }
    on_screen(options, steps, tools.as_ref().err())?;
    match &options.samples {
        Some(folder) if options.wants(Samples) => steps.run("samples", || samples::import(folder)),
        Some(_) => Ok(()),
        None if options.only.contains(&Samples) => {
            Err(Error::new("samples: no folder given; use --samples DIR"))
        }
        None => Ok(()),
    }
}

/// Installs missing requirements; the inner result is that of the tools that only some parts need.
fn prepare(options: &Options, steps: &mut Steps) -> Result<Result> {
    let mut tools = Ok(());
    let builds = options.only.iter().any(|part| !matches!(part, Format | Tidy));
    if !builds && !options.only.is_empty() {
        return Ok(tools);
    }
    steps.run("prerequisites", || {
        prerequisites::prepare_build()?;
        if options.wants_any(&[Rust, Interop]) {
            interop::prepare()?;
        }
        if options.wants_any(&[Rust, Interop, E2e]) {
            prerequisites::prepare_runner()?;
        }
        if options.wants_any(&[Screens, E2e, Bundle, Rust]) {
            tools = prerequisites::prepare_tests();
        }
        if options.wants(Rust) {
            peers::prepare()?;
        }
        Ok(())
    })?;
    Ok(tools)
}

/// Runs clippy and the interface's checks in parallel.
fn lint_beside_interface(options: &Options, steps: &mut Steps) -> Result {
    let clippy =
        || run(project::cargo(["clippy", "--workspace", "--all-targets"]).args(["--", "--deny", "warnings"]));
    match (options.wants(Lint), options.wants(Ui)) {
        (true, true) => {
            let log = project::scratch("logs")?.join("interface.txt");
            let (lint, interface) = thread::scope(|scope| {
                let beside = scope.spawn(|| logged(&log));
                let lint = steps.run("lint", clippy);
                (lint, beside.join())
            });
            eprintln!("{}", fs::read_to_string(&log).context(&log)?);
            lint?;
            let (duration, result) = interface.map_err(|_| Error::new("interface: the thread ended"))?;
            steps.record("interface (parallel to lint)", duration);
            result
        }
        (true, false) => steps.run("lint", clippy),
        (false, true) => steps.run("interface", || ui::check(Output::Terminal)),
        (false, false) => Ok(()),
    }
}

/// Runs the interface's checks with their output in a file; returns their duration too.
fn logged(log: &Path) -> (Duration, Result) {
    let start = Instant::now();
    let result = fs::write(log, "").context(log).and_then(|()| ui::check(Output::File(log)));
    (start.elapsed(), result)
}

/// Runs the parts that need a screen, a browser or a keychain.
fn on_screen(options: &Options, steps: &mut Steps, missing: Option<&Error>) -> Result {
    for (name, part) in [("screens", Screens), ("e2e", E2e), ("bundle", Bundle)] {
        match missing {
            _ if !options.wants(part) => {}
            Some(reason) => steps.skip(name, reason)?,
            None => steps.run(name, || match part {
                Screens => ui::screens(),
                E2e => nextest("package(acceptance)"),
                _ => bundle::try_debug(),
            })?,
        }
    }
    Ok(())
}

/// Runs the tests that a nextest filter selects; fails if it selects none.
fn nextest(filter: &str) -> Result {
    let profile = if project::on_ci() { "ci" } else { "default" };
    let application = project::target()?.join("debug/coffer-desktop");
    run(project::cargo(["nextest", "run", "--workspace", "--no-tests", "fail"])
        .args(["--profile", profile, "--filterset", filter])
        .env("COFFER_APP", application))
}

/// Builds the documentation and runs its examples, including those that must fail to compile.
fn doc() -> Result {
    run(&mut project::cargo(["test", "--workspace", "--doc"]))?;
    // With examples named, cargo takes the features that clippy took and checks nothing twice.
    let mut doc = project::cargo(["doc", "--workspace", "--no-deps"]);
    run(doc.args(["--lib", "--bins", "--examples"]).env("RUSTDOCFLAGS", "--deny warnings"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_arguments_select_every_part() {
        let options = Options::parse(&[]).unwrap();
        assert!(PARTS.iter().all(|(_, part)| options.wants(*part)));
    }

    #[test]
    fn parts_and_a_samples_folder_parse() {
        let options = Options::parse(&["--only", "rust,e2e", "--samples", "exports"]).unwrap();
        assert_eq!(options, Options { only: vec![Rust, E2e], samples: Some("exports".into()) });
        assert!(!options.wants(Lint));
    }

    #[test]
    fn unknown_parts_and_incomplete_options_are_refused() {
        assert!(Options::parse(&["--only", "rust,nothing"]).is_err());
        assert!(Options::parse(&["--only"]).is_err());
        assert!(Options::parse(&["rust"]).is_err());
    }
}
