//! What is said over the socket: a greeting, then requests and their answers, one after the other.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use vault_api::ErrorView;
use vault_api::views::{
    BackupsView, ChangedView, CodeView, EarlierFileView, ExportFormatView, ExportReportView, HistoryEntry,
    ImportCost, ImportPreview, ImportReport, ImportSame, ItemDraft, ItemPage, ItemQuery, ItemView,
    ProfileSummary, SyncView, TeamView, UsedCode, VaultAppearanceView, VaultView,
};
use zeroize::Zeroizing;

/// The version of the protocol. Both ends must have the same: they are in one package.
pub const VERSION: u32 = 2;

/// The first message of a program.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Hello {
    /// Its version of the protocol.
    pub version: u32,
}

/// The answer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The version of the protocol of the program that listens.
    pub version: u32,
    /// Which program that is.
    pub role: Role,
}

/// The program that has the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An agent that `coffer unlock` started. It ends when the profile is locked.
    Agent,
    /// The desktop.
    Desktop,
}

/// A request. [`Request::Status`], [`Request::Lock`] and [`Request::End`] are free to all programs of the user; the others
/// need permission.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Which profile is open.
    Status,
    /// Locks the profile.
    Lock,
    /// Asks an agent to end, so that another program can open the profile. The desktop refuses.
    End,
    /// All vaults.
    Vaults,
    /// A page of items.
    List(ItemQuery),
    /// An item without its concealed values.
    Get {
        /// Its id.
        item: String,
    },
    /// The value of a field.
    Reveal {
        /// The item.
        item: String,
        /// The field.
        field: String,
    },
    /// The current one-time code of a field.
    Code {
        /// The item.
        item: String,
        /// The field.
        field: String,
    },
    /// The next code of a counter-based field; it is used up.
    NextCode {
        /// The item.
        item: String,
        /// The field.
        field: String,
    },
    /// Whether the values of an item may go to other programs and files readably: its team can forbid it.
    MayLeave {
        /// The item.
        item: String,
    },
    /// Confirms the master password, for items that ask for it again.
    Confirm {
        /// The password.
        password: Secret,
    },
    /// Saves a new or changed item.
    Save {
        /// Its content.
        draft: Box<ItemDraft>,
        /// The vault of a new item; the home vault, if none.
        vault: Option<String>,
    },
    /// Moves items to the trash.
    Trash {
        /// Their ids.
        items: Vec<String>,
    },
    /// Takes items back from the trash.
    Restore {
        /// Their ids.
        items: Vec<String>,
    },
    /// The revisions of an item.
    History {
        /// The item.
        item: String,
    },
    /// The files that an item had before.
    DocumentVersions {
        /// The item.
        item: String,
    },
    /// Makes a vault, or changes the name and look of one.
    SaveVault {
        /// The vault; a new one if absent.
        vault: Option<String>,
        /// Its name and look.
        appearance: VaultAppearanceView,
    },
    /// The teams.
    Teams,
    /// The state of synchronization.
    Sync {
        /// Whether to synchronize first.
        now: bool,
    },
    /// Imports a file of another program.
    Import(Box<Import>),
    /// Exports items into a file. The master password must have been confirmed.
    Export(Box<Export>),
    /// Makes a backup.
    Backup {
        /// The file.
        path: PathBuf,
        /// Whether an existing file is replaced.
        replace: bool,
    },
    /// The automatic backups.
    Backups,
    /// Reads and checks a backup completely.
    CheckBackup {
        /// The file.
        path: Option<PathBuf>,
        /// An automatic backup, if no file is given.
        name: Option<String>,
    },
    /// Adds a document. Once this was answered, its bytes come as frames, an empty one at the end, and a second answer goes
    /// back. If the connection ends before, nothing is kept.
    PutDocument {
        /// Where it goes.
        place: DocumentPlace,
        /// Its file name.
        name: String,
    },
    /// Reads a file that an item has or had: an answer, its bytes as frames, an empty one at the end, and a second answer,
    /// which says whether they are complete.
    GetDocument {
        /// The item.
        item: String,
        /// The file.
        blob: String,
    },
}

/// The answer to a request.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It was done.
    Done(Reply),
    /// It failed.
    Failed(Box<ErrorView>),
    /// The user or the agent does not permit it to this program.
    Denied,
}

/// The result of a request.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Nothing to say.
    Nothing,
    /// Status.
    Status(Status),
    /// Vaults.
    Vaults(Vec<VaultView>),
    /// A page of items.
    Page(ItemPage),
    /// An item.
    Item(Box<ItemView>),
    /// A value.
    Value(Secret),
    /// A one-time code.
    Code(CodeView),
    /// A code that was used up.
    UsedCode(UsedCode),
    /// How many items were changed.
    Changed(ChangedView),
    /// Revisions.
    History(Vec<HistoryEntry>),
    /// Teams.
    Teams(Vec<TeamView>),
    /// The state of synchronization.
    Sync(Box<SyncView>),
    /// What came of an import.
    Imported(Box<Imported>),
    /// What came of an export.
    Exported(Box<Exported>),
    /// Backups.
    Backups(BackupsView),
    /// Files that an item had before.
    EarlierFiles(Vec<EarlierFileView>),
    /// A document whose bytes follow.
    Document(DocumentInfo),
    /// A document that was added.
    Stored(StoredDocument),
}

/// An import. All paths are absolute.
#[derive(Serialize, Deserialize)]
pub struct Import {
    /// The file.
    pub path: PathBuf,
    /// The format that it must have, by its id.
    pub format: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// Its key file.
    pub key_file: Option<PathBuf>,
    /// Whether it may take long to open.
    pub accept_cost: bool,
    /// Put all items below this folder.
    pub folder: Option<String>,
    /// Add this tag to every item.
    pub tag: Option<String>,
    /// Import items that exist, too.
    pub keep_identical: bool,
    /// What becomes of items that exist with another content.
    pub existing: ImportSame,
    /// Import nothing.
    pub dry_run: bool,
}

/// What came of an import.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Imported {
    /// Nothing: the file is encrypted.
    Locked(LockedFile),
    /// Nothing: the file is a table of an unknown program.
    UnknownColumns,
    /// Nothing: it is of another format than wanted.
    OtherFormat {
        /// The wanted one.
        wanted: String,
        /// The one it has.
        found: String,
    },
    /// Nothing, as was wanted.
    Preview {
        /// What would be imported.
        preview: ImportPreview,
        /// How many remarks tell of something that would be lost.
        lost: u32,
    },
    /// Items.
    Report {
        /// The report; of very many remarks the first.
        report: ImportReport,
        /// How many remarks tell of something that was lost.
        lost: u32,
    },
}

/// An encrypted file.
#[derive(Serialize, Deserialize)]
pub struct LockedFile {
    /// Its format.
    pub format: String,
    /// Whether it may need a key file.
    pub takes_key_file: bool,
    /// Whether the password and the key file were tried and are wrong.
    pub wrong: bool,
    /// What opening it costs, if that is more than is done without asking.
    pub cost: Option<ImportCost>,
}

/// An export.
#[derive(Serialize, Deserialize)]
pub struct Export {
    /// The file; its path is absolute.
    pub path: PathBuf,
    /// Whether an existing file is replaced.
    pub replace: bool,
    /// The format.
    pub format: ExportFormatView,
    /// The ids of vaults; all if absent.
    pub vaults: Option<Vec<String>>,
    /// This folder and those below it.
    pub folder: Option<String>,
    /// This tag.
    pub tag: Option<String>,
    /// The ids of items, whatever else is chosen.
    pub items: Option<Vec<String>>,
    /// Items in the trash, too.
    pub trash: bool,
    /// The password of the file, if it is encrypted.
    pub password: Option<Secret>,
}

/// What came of an export.
#[derive(Serialize, Deserialize)]
pub struct Exported {
    /// The report; of very many remarks the first.
    pub report: ExportReportView,
    /// How many remarks tell of something that is not in the file.
    pub lost: u32,
}

/// Where a document goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentPlace {
    /// Into an item of its own.
    New,
    /// To the files of an item.
    Attach {
        /// The item.
        item: String,
    },
    /// In place of a file of an item.
    Replace {
        /// The item.
        item: String,
        /// The file.
        blob: String,
    },
}

/// A document whose bytes follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentInfo {
    /// The file name.
    pub name: String,
    /// The length in bytes.
    pub size: u64,
}

/// A document that was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDocument {
    /// Its item.
    pub item: String,
}

/// Which profile is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The program that has it.
    pub role: Role,
    /// Its process.
    pub process: u32,
    /// The profile; `None` if it is locked.
    pub profile: Option<ProfileSummary>,
    /// Minutes without a request after which it locks; 0 is never.
    pub lock_after_minutes: u32,
}

/// A secret text. It prints nothing and is zeroized when dropped.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}
