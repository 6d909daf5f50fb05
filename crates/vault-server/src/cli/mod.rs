//! The commands of `coffer-server`.

mod admin;
mod check;
mod error;
mod init;
mod migrate;
mod serve;
mod values;

pub use error::CliError;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use vault_wire::message::LoginName;

use crate::setup::{ConfigError, Folder, Overrides};

/// The sync server of Coffer.
#[derive(Debug, Parser)]
#[command(name = "coffer-server", version)]
pub struct Cli {
    /// The server's folder. Also: COFFER_DATA.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sets up a new server.
    Init(init::Init),
    /// Runs the server.
    Serve(ServeFlags),
    /// Checks folder, configuration and database, and prints the configuration.
    Check,
    /// Brings the database to the newest schema, which `serve` does too if its role may.
    Migrate,
    /// Manages accounts, through the running server.
    #[command(subcommand)]
    User(User),
}

#[derive(Debug, Args)]
struct ServeFlags {
    /// Listens here instead of where the configuration says.
    #[arg(long)]
    listen: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
enum User {
    /// Prints a sign-up code in a connect code, for one new account.
    Invite {
        /// The only login that the code is for.
        #[arg(long, value_parser = values::login)]
        login: Option<LoginName>,
    },
}

/// Runs a command.
///
/// # Errors
/// See [`CliError`].
pub fn run(cli: Cli) -> Result<(), CliError> {
    let folder = cli.data.or_else(|| std::env::var_os("COFFER_DATA").map(PathBuf::from));
    let folder = folder.unwrap_or_else(|| PathBuf::from("coffer-data"));
    match cli.command {
        Command::Init(init) => init::run(&folder, init),
        Command::Serve(flags) => serve::run(&Folder::open(&folder)?, &overrides(&flags)?),
        Command::Check => {
            check::run(&Folder::open(&folder)?, &Overrides::from_environment(std::env::vars_os())?)
        }
        Command::Migrate => {
            migrate::run(&Folder::open(&folder)?, &Overrides::from_environment(std::env::vars_os())?)
        }
        Command::User(User::Invite { login }) => admin::invite(&Folder::open(&folder)?, login),
    }
}

fn overrides(flags: &ServeFlags) -> Result<Overrides, ConfigError> {
    let mut overrides = Overrides::from_environment(std::env::vars_os())?;
    if let Some(listen) = flags.listen {
        overrides.set("listen", &listen.to_string());
    }
    Ok(overrides)
}
