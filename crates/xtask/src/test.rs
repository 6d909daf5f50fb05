//! `cargo xtask test`: everything, or the named parts.

use crate::{
    bindings, bundle, interop, machine, project, samples,
    shell::{About as _, Failure, Outcome, Output, note, run},
    steps::Steps,
    tidy, ui,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// A part that can be asked for by name.
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

/// What was asked for.
#[derive(Default, Debug, PartialEq)]
pub struct Options {
    /// Empty: everything.
    only: Vec<Part>,
    /// A folder of real exports.
    samples: Option<PathBuf>,
}

impl Options {
    /// Reads the arguments after `test`; the samples folder may come from the environment.
    pub fn parse(arguments: &[&str]) -> Outcome<Self> {
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
                [word, ..] => return Err(Failure::new(format!("unknown or incomplete: {word}"))),
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
fn part(name: &str) -> Outcome<Part> {
    PARTS.iter().find(|(known, _)| *known == name).map(|(_, part)| *part).ok_or_else(|| {
        let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
        Failure::new(format!("no part is called {name}; there are {}", names.join(", ")))
    })
}

/// Runs what was asked for, stopping at the first failure, and prints how long each step took.
pub fn test(options: &Options) -> Outcome {
    let start = Instant::now();
    let mut steps = Steps::default();
    let outcome = all(options, &mut steps);
    steps.record("in all", start.elapsed());
    note(&format!("\n{}", steps.table()));
    outcome
}

/// The parts in the order in which a mistake shows soonest.
fn all(options: &Options, steps: &mut Steps) -> Outcome {
    if options.wants(Format) {
        steps.take("format", || {
            run(&mut project::cargo(["fmt", "--all", "--check"]))?;
            // A workspace of its own.
            run(&mut project::cargo(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))
        })?;
    }
    if options.wants(Tidy) {
        steps.take("tidy", tidy::tidy)?;
    }
    let tools = prepare(options, steps)?;
    if options.wants(Interop) {
        steps.take("interop", interop::check)?;
    }
    if options.wants_any(&[Ui, Lint, Rust, Doc, Screens, E2e, Bundle]) {
        // Cargo needs the built pages too: the shell embeds them.
        steps.take("interface build", || {
            ui::install(Output::Terminal).and_then(|()| ui::build(Output::Terminal))
        })?;
    }
    lint_beside_interface(options, steps)?;
    if options.wants_any(&[Rust, E2e, Bundle]) {
        // One set of features and one profile for tests and application: nothing is built twice.
        steps.take("build", || run(project::cargo(["build", "--workspace"]).args(["--bins", "--tests"])))?;
    }
    if options.wants(Rust) {
        steps.take("rust", || nextest("not package(acceptance)"))?;
    }
    if options.wants(Bindings) {
        steps.take("bindings", bindings::check)?;
    }
    if options.wants(Doc) {
        steps.take("doc", doc)?;
    }
    on_screen(options, steps, tools.as_ref().err())?;
    match &options.samples {
        Some(folder) if options.wants(Samples) => steps.take("samples", || samples::import(folder)),
        Some(_) => Ok(()),
        None if options.only.contains(&Samples) => Err(Failure::new("which folder? --samples DIR")),
        None => Ok(()),
    }
}

/// Installs what is missing; the inner result is about the tools that only some parts need.
fn prepare(options: &Options, steps: &mut Steps) -> Outcome<Outcome> {
    let mut tools = Ok(());
    let builds = options.only.iter().any(|part| !matches!(part, Format | Tidy | Interop));
    let builds = builds || options.only.is_empty();
    if !builds && !options.wants(Interop) {
        return Ok(tools);
    }
    steps.take("machine", || {
        if options.wants(Interop) {
            machine::prepare_interop()?;
        }
        if !builds {
            return Ok(());
        }
        machine::prepare_build()?;
        if options.wants_any(&[Rust, E2e]) {
            machine::prepare_runner()?;
        }
        if options.wants_any(&[Screens, E2e, Bundle, Rust]) {
            tools = machine::prepare_tests();
        }
        Ok(())
    })?;
    Ok(tools)
}

/// Clippy, with the interface's checks beside it: they leave most of the second core free.
fn lint_beside_interface(options: &Options, steps: &mut Steps) -> Outcome {
    let clippy =
        || run(project::cargo(["clippy", "--workspace", "--all-targets"]).args(["--", "--deny", "warnings"]));
    match (options.wants(Lint), options.wants(Ui)) {
        (true, true) => {
            let log = project::scratch("logs")?.join("interface.txt");
            let (lint, interface) = thread::scope(|scope| {
                let beside = scope.spawn(|| logged(&log));
                let lint = steps.take("lint", clippy);
                (lint, beside.join())
            });
            eprintln!("{}", fs::read_to_string(&log).about(&log)?);
            lint?;
            let (duration, outcome) = interface.map_err(|_| Failure::new("interface: the thread ended"))?;
            steps.record("interface (beside lint)", duration);
            outcome
        }
        (true, false) => steps.take("lint", clippy),
        (false, true) => steps.take("interface", || ui::check(Output::Terminal)),
        (false, false) => Ok(()),
    }
}

/// The interface's checks with their output in a file, and how long they took.
fn logged(log: &Path) -> (Duration, Outcome) {
    let start = Instant::now();
    let outcome = fs::write(log, "").about(log).and_then(|()| ui::check(Output::File(log)));
    (start.elapsed(), outcome)
}

/// The parts that need a screen, a browser or a keychain.
fn on_screen(options: &Options, steps: &mut Steps, lacking: Option<&Failure>) -> Outcome {
    for (name, part) in [("screens", Screens), ("e2e", E2e), ("bundle", Bundle)] {
        match lacking {
            _ if !options.wants(part) => {}
            Some(reason) => steps.skip(name, reason)?,
            None => steps.take(name, || match part {
                Screens => ui::screens(),
                E2e => nextest("package(acceptance)"),
                _ => bundle::try_debug(),
            })?,
        }
    }
    Ok(())
}

/// Runs the tests that a nextest filter names; an empty selection is a failure.
fn nextest(filter: &str) -> Outcome {
    let profile = if project::on_ci() { "ci" } else { "default" };
    let application = project::target()?.join("debug/coffer");
    run(project::cargo(["nextest", "run", "--workspace", "--no-tests", "fail"])
        .args(["--profile", profile, "--filterset", filter])
        .env("COFFER_APP", application))
}

/// Builds the documentation and runs its examples, among them those that must not compile.
fn doc() -> Outcome {
    run(&mut project::cargo(["test", "--workspace", "--doc"]))?;
    // With examples named, cargo takes the features that clippy took and checks nothing twice.
    let mut doc = project::cargo(["doc", "--workspace", "--no-deps"]);
    run(doc.args(["--lib", "--bins", "--examples"]).env("RUSTDOCFLAGS", "--deny warnings"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_arguments_mean_everything() {
        let options = Options::parse(&[]).unwrap();
        assert!(PARTS.iter().all(|(_, part)| options.wants(*part)));
    }

    #[test]
    fn named_parts_and_a_folder_are_read() {
        let options = Options::parse(&["--only", "rust,e2e", "--samples", "exports"]).unwrap();
        assert_eq!(options, Options { only: vec![Rust, E2e], samples: Some("exports".into()) });
        assert!(!options.wants(Lint));
    }

    #[test]
    fn unknown_parts_and_dangling_options_are_refused() {
        assert!(Options::parse(&["--only", "rust,nothing"]).is_err());
        assert!(Options::parse(&["--only"]).is_err());
        assert!(Options::parse(&["rust"]).is_err());
    }
}
