//! The commands and their arguments.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Coffer on the command line.
#[derive(Parser)]
#[command(name = "coffer", version, about, after_help = EXIT_CODES)]
pub struct Arguments {
    /// The folder of portable profiles; without it the user's own
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// Write JSON, with the version of its form in `schema`
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not found, 4 ambiguous, 5 locked, 6 denied, \
    7 server not reached, 8 something was lost in an import or export; `run` ends with the code of the program";

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Open a profile and keep it open in the background
    Unlock(Unlock),
    /// Lock the open profile
    Lock,
    /// Show whether a profile is open; exit code 5 if none is
    Status,
    /// List the profiles of this computer
    Profile,
    /// List items
    List(List),
    /// Search items, also with filters such as `tag:work has:totp`
    Search(Search),
    /// Show an item; concealed values stay hidden without --reveal
    Show(Show),
    /// Write one value of an item, its password if no field is named
    Get(Get),
    /// Write exactly the value of a reference such as coffer://Home/Forge/password
    Read(Read),
    /// Write the present one-time code of an item
    Totp(Totp),
    /// List the revisions of an item
    History(One),
    /// Generate a password, passphrase or PIN
    Generate(Generate),
    /// Add an item
    Add(Add),
    /// Change an item
    Edit(Edit),
    /// Move items to the trash
    Rm(Several),
    /// Take items back from the trash
    Restore(Several),
    /// Add, read and list documents
    #[command(subcommand)]
    Doc(Document),
    /// List, make and rename vaults
    #[command(subcommand)]
    Vault(VaultCommand),
    /// List teams
    #[command(subcommand)]
    Team(TeamCommand),
    /// Show the server
    #[command(subcommand)]
    Server(ServerCommand),
    /// Synchronize now; exit code 7 if the server was not reached
    Sync(Sync),
    /// Import the export of another program; exit code 8 if something was lost
    Import(Import),
    /// Export items into a file; exit code 8 if something is not in it
    Export(Export),
    /// Make a backup of the profile
    Backup(Backup),
    /// Read and check a backup completely, all automatic ones if no file is given
    Check {
        /// The file
        file: Option<PathBuf>,
    },
    /// Run a program with secrets in its environment, which are masked in its output
    Run(Run),
    /// Fill the references of a template such as `key={{ coffer://Home/Forge/password }}`
    Inject(Inject),
    /// Give passwords to Git, as its setting credential.helper
    GitCredential {
        /// What Git asks for
        what: GitCredential,
    },
    /// Give passwords to Docker, as its setting credsStore
    DockerCredential {
        /// What Docker asks for
        what: DockerCredential,
    },
    /// Write the completions of a shell
    Completion {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder
    #[command(hide = true)]
    Man {
        /// The folder
        folder: PathBuf,
    },
    /// Holds the open profile; started by `unlock`
    #[command(hide = true)]
    Agent,
    /// Becomes a program whose terminal is the standard output; started by `run`
    #[command(hide = true)]
    TakeTerminal {
        /// Its command line
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
}

/// How a profile is opened.
#[derive(Args)]
pub struct Unlock {
    /// Name or id of the profile; the last one opened if not given
    #[arg(long)]
    pub profile: Option<String>,
    /// Read the password from a descriptor; a second line is the Secret Key, if the keychain does not have it
    #[arg(long, value_name = "NUMBER", conflicts_with = "askpass")]
    pub password_fd: Option<u32>,
    /// Ask for the password by a program, which writes it; by default that of COFFER_ASKPASS
    #[arg(long, value_name = "PROGRAM")]
    pub askpass: Option<PathBuf>,
}

/// Which items are listed.
#[derive(Args)]
pub struct List {
    /// Only those of a vault
    #[arg(long)]
    pub vault: Option<String>,
    /// Only those in a folder
    #[arg(long, conflicts_with_all = ["vault", "trash", "archive"])]
    pub folder: Option<String>,
    /// Those in the trash
    #[arg(long, conflicts_with_all = ["vault", "archive"])]
    pub trash: bool,
    /// Those in the archive
    #[arg(long, conflicts_with = "vault")]
    pub archive: bool,
}

/// What is searched.
#[derive(Args)]
pub struct Search {
    /// Words and filters
    #[arg(required = true)]
    pub words: Vec<String>,
    /// The most results
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: u32,
}

/// One item.
#[derive(Args)]
pub struct One {
    /// Title or id
    pub item: String,
    /// The vault it is in
    #[arg(long)]
    pub vault: Option<String>,
}

/// Several items.
#[derive(Args)]
pub struct Several {
    /// Titles or ids
    #[arg(required = true)]
    pub items: Vec<String>,
    /// The vault they are in
    #[arg(long)]
    pub vault: Option<String>,
}

/// An item to be shown.
#[derive(Args)]
pub struct Show {
    #[command(flatten)]
    pub one: One,
    /// Show concealed values, too
    #[arg(long)]
    pub reveal: bool,
}

/// A value of an item.
#[derive(Args)]
pub struct Get {
    /// Title or id
    pub item: String,
    /// The field: its label, role or id
    #[arg(default_value = "password")]
    pub field: String,
    /// The vault it is in
    #[arg(long)]
    pub vault: Option<String>,
}

/// A value by its reference.
#[derive(Args)]
pub struct Read {
    /// `coffer://vault/item/[section/]field[?attribute=otp]`, each part a name or an id
    pub reference: String,
}

/// A one-time code.
#[derive(Args)]
pub struct Totp {
    #[command(flatten)]
    pub one: One,
    /// The field, if the item has several codes
    #[arg(long)]
    pub field: Option<String>,
}

/// What is generated.
#[derive(Args)]
pub struct Generate {
    /// Characters of a password
    #[arg(long, default_value_t = 20)]
    pub length: u32,
    /// Without symbols
    #[arg(long)]
    pub no_symbols: bool,
    /// A passphrase of so many words
    #[arg(long, value_name = "WORDS")]
    pub words: Option<u32>,
    /// A PIN of so many digits
    #[arg(long, value_name = "DIGITS", conflicts_with = "words")]
    pub pin: Option<u32>,
}

/// Values that a new or changed item gets.
#[derive(Args)]
pub struct Values {
    /// Folder, with / between levels
    #[arg(long)]
    pub folder: Option<String>,
    /// Web addresses; they replace those of the item
    #[arg(long)]
    pub url: Vec<String>,
    /// Tags to add
    #[arg(long)]
    pub tag: Vec<String>,
    /// A value that is no secret; other programs can see it while the command runs
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    /// Read a value from the standard input, one line for each, or from the terminal without showing it
    #[arg(long, value_name = "FIELD")]
    pub secret: Vec<String>,
    /// Generate a value, which is not written to the output
    #[arg(long, value_name = "FIELD", num_args = 0..=1, default_missing_value = "password")]
    pub generate: Option<String>,
}

/// A new item.
#[derive(Args)]
pub struct Add {
    /// Title
    pub title: String,
    /// Type, such as login, note, server
    #[arg(long = "type", default_value = "login")]
    pub item_type: String,
    /// The vault; the home vault if not given
    #[arg(long)]
    pub vault: Option<String>,
    #[command(flatten)]
    pub values: Values,
}

/// A changed item.
#[derive(Args)]
pub struct Edit {
    #[command(flatten)]
    pub one: One,
    /// A new title
    #[arg(long)]
    pub title: Option<String>,
    /// Fields to remove
    #[arg(long, value_name = "FIELD")]
    pub unset: Vec<String>,
    /// Tags to remove
    #[arg(long, value_name = "TAG")]
    pub untag: Vec<String>,
    #[command(flatten)]
    pub values: Values,
}

/// A program that gets secrets.
#[derive(Args)]
pub struct Run {
    /// A file of variables, NAME=value in each line; the values may be references, as those of the environment
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,
    /// Leave the output as it is, and the program at this terminal
    #[arg(long)]
    pub no_masking: bool,
    /// Let a file or a reference set a variable that can change which code the program runs, such as PATH
    #[arg(long, value_name = "NAME")]
    pub allow: Vec<String>,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// A template to be filled.
#[derive(Args)]
pub struct Inject {
    /// The template; the standard input if not given
    #[arg(short, long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// The file to write, which only its owner can read; the standard output if not given
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What to do with documents.
#[derive(Subcommand)]
pub enum Document {
    /// Add a document, and write the id of its item
    Put(DocPut),
    /// Write a document to a file or pipe
    Get(DocGet),
    /// List documents: id, item, bytes and name
    Ls(DocList),
}

/// A document to be added.
#[derive(Args)]
pub struct DocPut {
    /// The file; the standard input if not given, or `-`
    pub file: Option<PathBuf>,
    /// Its name; that of the file if not given
    #[arg(long)]
    pub name: Option<String>,
    /// Attach it to this item, by title or id
    #[arg(long)]
    pub item: Option<String>,
    /// In place of this file of the item, by name or id; its content is kept as an earlier version
    #[arg(long, value_name = "FILE", requires = "item")]
    pub replace: Option<String>,
    /// The vault the item is in
    #[arg(long, requires = "item")]
    pub vault: Option<String>,
}

/// A document to be read.
#[derive(Args)]
pub struct DocGet {
    /// Title or id of the item
    pub item: String,
    /// Name or id of the file; earlier ones by id only
    pub file: Option<String>,
    /// The file to write, which only its owner can read; the standard output if not given
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The vault the item is in
    #[arg(long)]
    pub vault: Option<String>,
}

/// Which documents are listed.
#[derive(Args)]
pub struct DocList {
    /// Only those of an item
    pub item: Option<String>,
    /// Earlier versions, too
    #[arg(long)]
    pub versions: bool,
    /// Only those of a vault
    #[arg(long)]
    pub vault: Option<String>,
}

/// A file to be imported.
#[derive(Args)]
pub struct Import {
    /// The file
    pub file: PathBuf,
    /// Fail unless the file is of this format, such as `bitwarden_json`
    #[arg(long)]
    pub format: Option<String>,
    /// Read the password of the file from a descriptor; it is asked for at the terminal if not given
    #[arg(long, value_name = "NUMBER")]
    pub password_fd: Option<u32>,
    /// The key file, if the file has one
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Open the file even if that takes long
    #[arg(long)]
    pub accept_cost: bool,
    /// Put all items below this folder
    #[arg(long)]
    pub folder: Option<String>,
    /// Add this tag to every item
    #[arg(long)]
    pub tag: Option<String>,
    /// Import items that exist already, too
    #[arg(long)]
    pub keep_identical: bool,
    /// What becomes of items that exist with another content
    #[arg(long, value_enum, default_value_t)]
    pub existing: Existing,
    /// Import nothing, and report what would come of it
    #[arg(long)]
    pub dry_run: bool,
}

/// What becomes of an item that exists with another content.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum Existing {
    /// It is added beside the existing one
    #[default]
    Keep,
    /// It becomes a newer revision of the existing one
    Update,
    /// It is left out
    Skip,
}

/// A file to be written with items.
#[derive(Args)]
pub struct Export {
    /// The file
    pub file: PathBuf,
    /// Its format
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// Only these vaults
    #[arg(long)]
    pub vault: Vec<String>,
    /// Only a folder and those below it
    #[arg(long)]
    pub folder: Option<String>,
    /// Only items with a tag
    #[arg(long)]
    pub tag: Option<String>,
    /// Exactly these items, by title or id
    #[arg(long, conflicts_with_all = ["vault", "folder", "tag"])]
    pub item: Vec<String>,
    /// Items in the trash, too
    #[arg(long)]
    pub trash: bool,
    /// Read the master password from a descriptor, and that of the file from its second line
    #[arg(long, value_name = "NUMBER")]
    pub password_fd: Option<u32>,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// The formats of exports.
#[derive(Clone, Copy, ValueEnum)]
pub enum ExportFormat {
    /// An archive of Coffer with documents and history, encrypted
    Archive,
    /// A `KeePass` database with documents and history, encrypted
    Kdbx,
    /// Bitwarden's JSON, encrypted
    Bitwarden,
    /// Bitwarden's JSON, readable by everybody
    BitwardenJson,
    /// A table, readable by everybody
    Csv,
}

/// A backup to be made.
#[derive(Args)]
pub struct Backup {
    /// The file
    pub file: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// What to do with vaults.
#[derive(Subcommand)]
pub enum VaultCommand {
    /// List them: id, name and number of items
    Ls,
    /// Make a vault, and write its id
    Create {
        /// Its name
        name: String,
    },
    /// Give a vault another name
    Rename {
        /// Its name or id
        vault: String,
        /// The new name
        name: String,
    },
}

/// What to do with teams.
#[derive(Subcommand)]
pub enum TeamCommand {
    /// List them: id, name, own role, number of members and of vaults
    Ls,
}

/// What to do with the server.
#[derive(Subcommand)]
pub enum ServerCommand {
    /// Show its address, the account, and the state of synchronization
    Status,
}

/// How to synchronize.
#[derive(Args)]
pub struct Sync {
    /// Show the state only
    #[arg(long)]
    pub status: bool,
}

/// What Git asks a helper for.
#[derive(Clone, Copy, ValueEnum)]
pub enum GitCredential {
    /// The password for a site
    Get,
    /// Keep a password that was accepted
    Store,
    /// Forget one that was refused; nothing is deleted
    Erase,
}

/// What Docker asks a helper for.
#[derive(Clone, Copy, ValueEnum)]
pub enum DockerCredential {
    /// The password for a server
    Get,
    /// Keep a password
    Store,
    /// Forget one that was stored, into the trash
    Erase,
    /// The servers of which one was stored
    List,
}
