use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which part of what was handed in is not acceptable, and what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum InputProblem {
    /// The name of a vault is empty, longer than 100 characters, or has line breaks in it.
    ProfileName,
    /// A password is longer than can be used.
    PasswordLong,
    /// An item has no title.
    TitleMissing,
    /// The title is too long.
    TitleLong,
    /// The name of a field or the heading of a section is too long.
    LabelLong,
    /// The value of a field is too long.
    ValueLong,
    /// The notes are too long.
    NotesLong,
    /// A web address is too long.
    AddressLong,
    /// There is more of something in the item than fits.
    TooMany,
    /// The whole item is too large.
    ItemLarge,
    /// The expiry is not a day.
    ExpiryNoDay,
    /// The form does not fit the item, or the program.
    FormMismatch,
    /// A document cannot be without its file.
    DocumentNeedsFile,
    /// A template has no name.
    TemplateName,
    /// A document was to be a template.
    TemplateOfDocument,
    /// A folder has no name.
    FolderName,
    /// The path of a folder is too long.
    FolderLong,
    /// A folder was to be moved into itself.
    FolderIntoItself,
    /// A tag has no name, or line breaks in it.
    TagName,
    /// A tag is too long.
    TagLong,
    /// The name, colour or sign of a vault is not acceptable.
    VaultLook,
    /// There are as many vaults as a profile can have.
    VaultsTooMany,
    /// There are other items in the vault than the person was told.
    VaultNotEmpty,
    /// A rule for history or trash is out of range.
    HistoryRule,
    /// The number of days of automatic backups is out of range.
    BackupDays,
    /// What was typed is no kind of file.
    FileKinds,
    /// Stolen passwords were to be looked for, and there is nobody to ask.
    NobodyToAsk,
    /// The generator was asked for a length that it does not make.
    GeneratorLength,
    /// A text is too long to be of the generator.
    GeneratedLong,
    /// The time until the vault locks is out of range.
    LockMinutes,
    /// The time until the clipboard is cleared is out of range.
    ClipboardSeconds,
    /// An address that is not of the web was to be opened.
    AddressNotWeb,
    /// A picture of a size was asked for that is not made.
    PictureSize,
    /// A key was to go into an item that is no SSH key.
    KeyElsewhere,
    /// Too many files were chosen at once.
    FilesAtOnce,
    /// What was chosen is no file.
    NotAFile,
    /// A file is larger than a document can be.
    FileLarge,
    /// A file is larger than the vault takes.
    FileAboveLimit,
    /// The vault does not take files of this kind.
    FileKindRefused,
    /// A file of that name is there.
    FileExists,
    /// More codes were to be shown as QR codes than anybody scans.
    CodesToShow,
    /// More codes were to be written into a file than go into one.
    CodesToWrite,
    /// More codes were to be added than go in at once.
    CodesToAdd,
    /// A code does not fit into a QR code with the names that go with it.
    QrLong,
    /// What is in a form is too large to be kept as a draft.
    DraftLarge,
}
