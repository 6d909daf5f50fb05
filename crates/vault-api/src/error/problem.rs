//! The parts of an input that can be unacceptable.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The part of an input that is not acceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum InputProblem {
    /// The name of a vault is empty, longer than 100 characters, or has line breaks in it.
    ProfileName,
    /// A password is too long.
    PasswordLong,
    /// A master password is short, or too short for what it is made of.
    PasswordShort,
    /// A master password is made of what attackers try first.
    PasswordCommon,
    /// A master password is a word.
    PasswordWord,
    /// A master password contains a name.
    PasswordName,
    /// A master password contains the name of the user or the profile.
    PasswordOwn,
    /// A master password repeats itself.
    PasswordRepeat,
    /// A master password is a sequence of characters.
    PasswordSequence,
    /// A master password is a pattern on the keyboard.
    PasswordKeyboard,
    /// A master password contains a date or a year.
    PasswordDate,
    /// A master password is weaker than a team asks for.
    PasswordTeam,
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
    /// An item has too many fields, addresses, tags or files.
    TooMany,
    /// A field has more earlier values than fit.
    PastValuesTooMany,
    /// An item has more superseded values than fit.
    SupersededTooMany,
    /// The name or media type of a file is too long.
    FileNameLong,
    /// An item has more passkeys than fit.
    PasskeysTooMany,
    /// A part of a passkey is too long.
    PasskeyLong,
    /// The name of this computer is too long.
    DeviceNameLong,
    /// An item contains data of a newer version that is too large or too deep.
    NewerDataLarge,
    /// The whole item is too large.
    ItemLarge,
    /// The expiry is not a day.
    ExpiryNoDay,
    /// The form does not match the item.
    FormMismatch,
    /// The file of a document was to be removed.
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
    /// The name, colour or icon of a vault is not acceptable.
    VaultLook,
    /// A member's name is empty or too long.
    MemberName,
    /// The name of a team or group is empty or too long.
    TeamName,
    /// A list or number exceeds what a team can have.
    TeamLimits,
    /// There are as many vaults as a profile can have.
    VaultsTooMany,
    /// The vault contains another number of items than was confirmed.
    VaultNotEmpty,
    /// A rule for history or trash is out of range.
    HistoryRule,
    /// The number of days of automatic backups is out of range.
    BackupDays,
    /// A typed media type is not valid.
    FileKinds,
    /// Breached passwords were to be checked, and there is no service for it.
    NobodyToAsk,
    /// The length of a generated text is out of range.
    GeneratorLength,
    /// A text is too long for the history of the generator.
    GeneratedLong,
    /// The time until the vault locks is out of range.
    LockMinutes,
    /// The time until the clipboard is cleared is out of range.
    ClipboardSeconds,
    /// The address to open is not a web address.
    AddressNotWeb,
    /// A web address is longer than what is opened.
    AddressNotOpened,
    /// The size of a picture is out of range.
    PictureSize,
    /// A key was to be stored in an item of another type.
    KeyElsewhere,
    /// An SSH key is of an unsupported kind, length or version of its format.
    KeyUnsupported,
    /// An SSH key is encrypted in an unsupported way.
    KeyEncryption,
    /// An SSH key describes its elliptic curve by numbers instead of its name.
    KeyExplicitCurve,
    /// An RSA key has more than two primes.
    KeySeveralPrimes,
    /// Too many files were chosen at once.
    FilesAtOnce,
    /// The chosen path is not a file.
    NotAFile,
    /// A file is larger than a document can be.
    FileLarge,
    /// A file is larger than the vault accepts.
    FileAboveLimit,
    /// The vault does not accept files of this kind.
    FileKindRefused,
    /// A file of that name exists.
    FileExists,
    /// Too many codes were to be shown as QR codes.
    CodesToShow,
    /// Too many codes were to be written to one file.
    CodesToWrite,
    /// Too many codes were to be added at once.
    CodesToAdd,
    /// A code with its names is too long for a QR code.
    QrLong,
    /// The address of a proxy is not acceptable, or name and password do not fit it.
    ProxyAddress,
    /// A file has no certificate of an authority.
    AuthorityFile,
    /// A limit for the transfer of documents is out of range.
    TransferLimit,
    /// A form is too large for a draft.
    DraftLarge,
}
