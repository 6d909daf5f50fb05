//! The commands of `coffer-server`.

mod admin;
mod check;
mod copies;
mod error;
mod init;
mod memory;
mod qr;
mod reload;
mod serve;
mod values;

pub use error::CliError;
use rustix::fs::Mode;
use rustix::process::umask;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use vault_wire::AccountId;
use vault_wire::message::LoginName;

use crate::account::operator::Named;
use crate::backup::{SecretsOption, Verify};
use crate::setup::{ConfigError, Folder, Overrides, Source};
use admin::Output;

/// The sync server of Coffer.
#[derive(Debug, Parser)]
#[command(name = "coffer-server", version)]
pub struct Cli {
    /// The server's folder. Also: COFFER_DATA.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    /// Prints lines of JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sets up a new server.
    Init(init::Init),
    /// Runs the server.
    Serve(ServeFlags),
    /// Checks folder, configuration, database and certificate, and prints the configuration; or asks a server from outside.
    Check(check::Check),
    /// Brings the database to the newest schema, after a copy.
    Migrate,
    /// Backs the server up, which may run, into an empty folder.
    Backup {
        /// The folder.
        to: PathBuf,
        /// Seals the server's secrets under this key instead of the configured one: file:…, env:… or credential:…
        #[arg(long)]
        key: Option<Source>,
        /// Leaves the server's secrets out.
        #[arg(long, conflicts_with = "key")]
        without_secrets: bool,
    },
    /// Restores a backup into a folder without a server, and announces a recovery.
    Restore {
        /// The folder with the backup.
        from: PathBuf,
        /// The key of its secrets, unless it is the configured one.
        #[arg(long)]
        key: Option<Source>,
        /// Replays every log, hashes every document, and opens a registration.
        #[arg(long)]
        verify: bool,
    },
    /// Prints an OpenAPI document of the routes.
    Openapi,
    /// Says what runs, through the running server.
    Status,
    /// Manages accounts, through the running server.
    #[command(subcommand)]
    User(User),
    /// Manages the server's keys, through the running server.
    #[command(subcommand)]
    Keys(Keys),
    /// Announces or ends the time in which clients send lost entries again, through the running server.
    #[command(subcommand)]
    Recovery(Recovery),
}

#[derive(Debug, Args)]
struct ServeFlags {
    /// Listens here instead of where the configuration says.
    #[arg(long)]
    listen: Option<SocketAddr>,
}

/// An account.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// Its login.
    #[arg(value_parser = values::login)]
    login: Option<LoginName>,
    /// Its id, as `user list` shows it.
    #[arg(long, value_parser = values::account)]
    id: Option<AccountId>,
}

impl TryFrom<Who> for Named {
    type Error = CliError;

    fn try_from(who: Who) -> Result<Self, CliError> {
        let named = who.login.map(Self::Login).or(who.id.map(Self::Id));
        named.ok_or(CliError::Answer("a login or --id is needed"))
    }
}

#[derive(Debug, Subcommand)]
enum User {
    /// Lists all accounts.
    List,
    /// Ends the use of an account: no session of it is valid, and nobody signs in.
    Lock(Who),
    /// Lets an account be used again.
    Unlock(Who),
    /// Sets the storage that an account may use.
    Quota {
        #[command(flatten)]
        who: Who,
        /// Bytes of items and documents; without it, as many as the server allows all accounts.
        #[arg(long)]
        bytes: Option<u64>,
    },
    /// Lists the login sessions of an account.
    Sessions {
        #[command(flatten)]
        who: Who,
        /// Ends them instead.
        #[arg(long)]
        end: bool,
    },
    /// Erases an account, with its vaults that have no other member.
    Delete(Who),
    /// Gives an account another login.
    ChangeLogin {
        #[command(flatten)]
        who: Who,
        /// The new login.
        #[arg(long, value_parser = values::login)]
        to: LoginName,
    },
    /// Removes the second factor of an account, with its recovery codes.
    ResetFactor(Who),
    /// Prints a sign-up code in a connect code, for one new account.
    Invite {
        /// The only login that the code is for.
        #[arg(long, value_parser = values::login)]
        login: Option<LoginName>,
    },
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Replaces the keys of tokens, nonces and states of a sign-in.
    Rotate {
        /// Makes what is in use invalid at once: clients get new tokens, a sign-in under way begins again.
        #[arg(long)]
        drop: bool,
    },
    /// Seals the server's secrets again under the configured key-encryption key.
    Seal {
        /// Under this key, too, which is to be configured next: file:…, env:… or credential:…
        #[arg(long)]
        next: Option<Source>,
    },
}

#[derive(Debug, Subcommand)]
enum Recovery {
    /// Announces a recovery.
    Announce {
        /// How long it lasts, in hours, 720 at most.
        #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(u64).range(1..=720))]
        hours: u64,
    },
    /// Ends it.
    End,
}

/// Runs a command.
///
/// # Errors
/// See [`CliError`].
pub fn run(cli: Cli) -> Result<(), CliError> {
    let folder = cli.data.or_else(|| std::env::var_os("COFFER_DATA").map(PathBuf::from));
    let folder = folder.unwrap_or_else(|| PathBuf::from("coffer-data"));
    let output = if cli.json { Output::Json } else { Output::Text };
    // What this program writes is for its own user, the database too.
    umask(Mode::from_raw_mode(0o077));
    let ask = |command| admin::ask(&Folder::open(&folder)?, &command, output);
    match cli.command {
        Command::Init(init) => init::run(&folder, init),
        Command::Serve(flags) => serve::run(&Folder::open(&folder)?, &overrides(&flags)?),
        Command::Check(check) => check::run(|| Ok(Folder::open(&folder)?), check),
        Command::Migrate => copies::migrate(&Folder::open(&folder)?),
        Command::Backup { to, key, without_secrets } => {
            let secrets = match (key, without_secrets) {
                (Some(key), _) => SecretsOption::Key(key),
                (None, true) => SecretsOption::LeftOut,
                (None, false) => SecretsOption::Configured,
            };
            copies::backup(&Folder::open(&folder)?, &to, &secrets)
        }
        Command::Restore { from, key, verify } => {
            copies::restore(&from, &folder, key.as_ref(), if verify { Verify::All } else { Verify::Sums })
        }
        Command::Openapi => check::openapi(&Folder::open(&folder)?),
        Command::Status => ask(admin::Command::Status),
        Command::User(User::Invite { login }) => admin::invite(&Folder::open(&folder)?, login, output),
        Command::User(user) => ask(user.command()?),
        Command::Keys(Keys::Rotate { drop }) => ask(admin::Command::RotateKeys { drop }),
        Command::Keys(Keys::Seal { next }) => ask(admin::Command::SealKeys { next }),
        Command::Recovery(Recovery::Announce { hours }) => ask(admin::Command::AnnounceRecovery { hours }),
        Command::Recovery(Recovery::End) => ask(admin::Command::EndRecovery),
    }
}

impl User {
    fn command(self) -> Result<admin::Command, CliError> {
        Ok(match self {
            Self::List => admin::Command::List,
            Self::Invite { login } => admin::Command::Invite { login },
            Self::Lock(who) => admin::Command::Lock(who.try_into()?),
            Self::Unlock(who) => admin::Command::Unlock(who.try_into()?),
            Self::Quota { who, bytes } => admin::Command::Quota(who.try_into()?, bytes),
            Self::Sessions { who, end: false } => admin::Command::Sessions(who.try_into()?),
            Self::Sessions { who, end: true } => admin::Command::EndSessions(who.try_into()?),
            Self::Delete(who) => admin::Command::Delete(who.try_into()?),
            Self::ChangeLogin { who, to } => admin::Command::ChangeLogin(who.try_into()?, to),
            Self::ResetFactor(who) => admin::Command::ResetFactor(who.try_into()?),
        })
    }
}

fn overrides(flags: &ServeFlags) -> Result<Overrides, ConfigError> {
    let mut overrides = Overrides::from_environment(std::env::vars_os())?;
    if let Some(listen) = flags.listen {
        overrides.set("listen", &listen.to_string());
    }
    Ok(overrides)
}
