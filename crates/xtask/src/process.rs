//! Child processes, their output and their errors.

use std::{
    ffi::OsStr,
    fmt, fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The reason why a command stopped, as one sentence for the terminal.
#[derive(Debug)]
pub struct Error(String);

/// The result of a command or step.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

impl Error {
    /// Makes an error of a sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Adds a path to an error.
pub trait Context<T> {
    /// Prefixes the error with `path`.
    fn context(self, path: &Path) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for Result<T, E> {
    fn context(self, path: &Path) -> Result<T> {
        self.map_err(|error| Error::new(format!("{}: {error}", path.display())))
    }
}

/// The destination of a child's output.
#[derive(Clone, Copy)]
pub enum Output<'a> {
    /// The terminal, immediately.
    Terminal,
    /// The end of a file, for steps that run in parallel.
    File(&'a Path),
}

/// Runs a program to its end; fails and names it unless it succeeds.
pub fn run(command: &mut Command) -> Result {
    run_to(Output::Terminal, command)
}

/// Runs a program to its end with its output going to `output`.
pub fn run_to(output: Output<'_>, command: &mut Command) -> Result {
    let line = line(command);
    command.stdin(Stdio::null());
    match output {
        Output::Terminal => note(&format!("$ {line}")),
        Output::File(path) => {
            let mut file = fs::File::options().create(true).append(true).open(path).context(path)?;
            writeln!(file, "$ {line}").context(path)?;
            let errors = file.try_clone().context(path)?;
            command.stdout(file).stderr(errors);
        }
    }
    let status = command.status().map_err(|error| Error::new(format!("`{line}`: {error}")))?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("`{line}` failed ({status})"))) }
}

/// Runs a program and returns its standard output.
pub fn read(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Error::new(format!("`{line}`: {error}")))?;
    if !output.status.success() {
        return Err(Error::new(format!("`{line}` failed ({})", output.status)));
    }
    String::from_utf8(output.stdout).map_err(|_| Error::new(format!("`{line}` printed no text")))
}

/// Returns whether a program succeeds; its output is discarded.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Finds a program in the folders of `PATH`, or among those of servers, which `PATH` often lacks.
pub fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let folders = std::env::split_paths(&folders).chain(["/usr/sbin".into()]);
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Prints a status line, in bold on a terminal.
pub fn note(text: &str) {
    // Standard error, as the programs' own progress, so that the order is kept.
    let (on, off) = if io::stderr().is_terminal() { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    eprintln!("{on}{text}{off}");
}

/// The command line as it would be typed.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
