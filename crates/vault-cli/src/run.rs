//! Runs the command that was written.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::arguments::{Arguments, Command};
use crate::connection::Context;
use crate::failure::{Exit, Failure};
use crate::{
    agent, changing, child, credentials, documents, generating, opening, output, reading, running, sharing,
    transferring,
};

/// Reads the arguments, runs the command, and returns its exit code.
pub fn run() -> ExitCode {
    forbid_core_dumps();
    let arguments = match Arguments::try_parse_from(written()) {
        Ok(arguments) => arguments,
        Err(error) => {
            let failed = error.use_stderr();
            // A closed terminal is no reason to fail otherwise.
            let _ = error.print();
            return if failed { Exit::Usage.into() } else { ExitCode::SUCCESS };
        }
    };
    match execute(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report();
            failure.exit.into()
        }
    }
}

/// The arguments. Under the name of a helper that Docker or Git looks for, the program is that helper.
fn written() -> Vec<OsString> {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let name = arguments.first().and_then(|name| Path::new(name).file_name().map(OsStr::to_owned));
    for helper in ["docker-credential", "git-credential"] {
        if name.as_deref() == Some(OsStr::new(&format!("{helper}-coffer"))) {
            arguments.insert(1, helper.into());
        }
    }
    arguments
}

fn execute(arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { data_dir, json, command } = arguments;
    if let Command::TakeTerminal { command } = command {
        return child::take_terminal(&command);
    }
    let context = Context::new(data_dir, json)?;
    match command {
        Command::Unlock(how) => opening::unlock(&context, how),
        Command::Lock => opening::lock(&context),
        Command::Status => opening::status(&context),
        Command::Profile => opening::profiles(&context),
        Command::List(what) => reading::list(&context, &what),
        Command::Search(what) => reading::search(&context, &what),
        Command::Show(what) => reading::show(&context, &what),
        Command::Get(what) => reading::get(&context, &what),
        Command::Read(what) => reading::read(&context, &what),
        Command::Totp(what) => reading::totp(&context, &what),
        Command::History(what) => reading::history(&context, &what),
        Command::Generate(recipe) => generating::generate(&context, &recipe),
        Command::Add(what) => changing::add(&context, what),
        Command::Edit(what) => changing::edit(&context, what),
        Command::Rm(what) => changing::remove(&context, &what),
        Command::Restore(what) => changing::restore(&context, &what),
        Command::Doc(what) => documents::run(&context, &what),
        Command::GitCredential { what } => credentials::git(&context, what),
        Command::DockerCredential { what } => credentials::docker(&context, what),
        Command::Vault(what) => sharing::vault(&context, what),
        Command::Team(what) => sharing::team(&context, &what),
        Command::Server(what) => sharing::server(&context, &what),
        Command::Sync(what) => sharing::sync(&context, &what),
        Command::Import(what) => transferring::import(&context, what),
        Command::Export(what) => transferring::export(&context, what),
        Command::Backup(what) => transferring::backup(&context, &what),
        Command::Check { file } => transferring::check(&context, file.as_deref()),
        Command::Run(what) => running::run(&context, what),
        Command::Inject(what) => running::inject(&context, &what),
        Command::Completion { shell } => completion(shell),
        Command::Man { folder } => manual(&folder),
        Command::Agent => agent::run(&context),
        // Needs no context, and was done above.
        Command::TakeTerminal { command } => child::take_terminal(&command),
    }
}

fn completion(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "coffer", &mut text);
    output::bytes(&text)
}

/// Writes a manual page for the program and for each command.
fn manual(folder: &Path) -> Result<Exit, Failure> {
    clap_mangen::generate_to(Arguments::command(), folder).map_err(Failure::output)?;
    Ok(Exit::Done)
}

/// A core dump would contain what was read. A refusal by the system is ignored.
fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}
