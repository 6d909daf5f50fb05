//! Starting other programs and saying what became of them.

use std::{
    ffi::OsStr,
    fmt, fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Why a command of ours stopped, in one sentence for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

/// What every step gives back.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// Makes a failure from a sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Names the file an error is about.
pub trait About<T> {
    /// Turns an error into a failure that names `path`.
    fn about(self, path: &Path) -> Outcome<T>;
}

impl<T, E: fmt::Display> About<T> for Result<T, E> {
    fn about(self, path: &Path) -> Outcome<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    }
}

/// Where the output of started programs goes.
#[derive(Clone, Copy)]
pub enum Output<'a> {
    /// To the terminal, as it comes.
    Terminal,
    /// To the end of a file, for steps that run beside others.
    File(&'a Path),
}

/// Runs a program to its end; anything but success is a failure that names it.
pub fn run(command: &mut Command) -> Outcome {
    run_to(Output::Terminal, command)
}

/// Runs a program to its end with its output going to the given place.
pub fn run_to(output: Output<'_>, command: &mut Command) -> Outcome {
    let line = line(command);
    command.stdin(Stdio::null());
    match output {
        Output::Terminal => note(&format!("$ {line}")),
        Output::File(path) => {
            let mut file = fs::File::options().create(true).append(true).open(path).about(path)?;
            writeln!(file, "$ {line}").about(path)?;
            let errors = file.try_clone().about(path)?;
            command.stdout(file).stderr(errors);
        }
    }
    let status = command.status().map_err(|error| Failure::new(format!("`{line}`: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{line}` failed ({status})"))) }
}

/// Runs a program quietly and gives back what it printed.
pub fn read(command: &mut Command) -> Outcome<String> {
    let line = line(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::new(format!("`{line}`: {error}")))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{line}` failed ({})", output.status)));
    }
    String::from_utf8(output.stdout).map_err(|_| Failure::new(format!("`{line}` printed no text")))
}

/// Tells whether a program runs and ends well, without showing its output.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Finds a program by name in the folders of `PATH`.
pub fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Prints one line about what is being done, apart from the output of the programs.
pub fn note(text: &str) {
    // Standard error, like the programs' own progress, so that the order is kept.
    let (on, off) = if io::stderr().is_terminal() { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    eprintln!("{on}{text}{off}");
}

/// The command as a person would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
