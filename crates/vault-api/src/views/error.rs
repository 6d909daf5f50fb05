use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, for the interface to branch on; messages are for people only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ErrorCode {
    /// The profile is locked.
    Locked,
    /// Password or Secret Key do not open this profile.
    WrongPassword,
    /// The item asks for the master password before a secret of it is shown or copied: `session_confirm` takes it.
    PasswordNeeded,
    /// Too many wrong passwords; wait.
    RetryLater,
    /// The keychain no longer has the Secret Key; it must be typed.
    SecretKeyMissing,
    /// The Secret Key as typed has a slip in it (its checksum does not fit).
    SecretKeyMistyped,
    /// The typed group is not the one on the Emergency Kit.
    KitGroupWrong,
    /// The typed group is not the one of the recovery code just made.
    CodeGroupWrong,
    /// The Secret Key is that of another profile, or one that was replaced.
    KitOfAnother,
    /// The recovery code as typed has a slip in it, or is a Secret Key.
    RecoveryCodeMistyped,
    /// The recovery code does not open this profile.
    RecoveryCodeWrong,
    /// The profile has no recovery code.
    NoRecoveryCode,
    /// The keys were changed meanwhile.
    KeysChanged,
    /// This is not the PIN; see the tries left.
    WrongPin,
    /// There is no PIN, or none any more; the password is asked for.
    NoPin,
    /// The PIN has fewer than six characters.
    PinTooShort,
    /// The password is too weak or empty.
    PasswordTooWeak,
    /// There is no such profile.
    ProfileNotFound,
    /// Another program has this profile open.
    ProfileInUse,
    /// The folder cannot take a profile.
    PlaceUnfit,
    /// Something of that name is there, or the profile is known from another folder.
    PlaceTaken,
    /// A copy did not read back as it was written.
    CopyDiffers,
    /// The name typed is not that of the profile.
    NameDiffers,
    /// The key file of the profile is damaged.
    ProfileDamaged,
    /// The database of the profile is damaged.
    DatabaseDamaged,
    /// Nothing in the database of the profile can be read.
    NothingReadable,
    /// The profile was written by a newer program; nothing was touched.
    ProfileNewer,
    /// The profile is open for reading only.
    ProfileReadOnly,
    /// The disk has no room left.
    DiskFull,
    /// The disk or folder cannot be written.
    DiskReadOnly,
    /// A file could not be read or written.
    FileUnreadable,
    /// There is no such item, field, revision or job.
    NotFound,
    /// What was handed in is not acceptable; the message says what.
    InvalidInput,
    /// The one-time code set-up text or image cannot be understood.
    CodeInvalid,
    /// The text or file holds no SSH key that can be taken.
    SshKeyUnreadable,
    /// The key is protected by a passphrase.
    PassphraseNeeded,
    /// The passphrase does not open the key.
    PassphraseWrong,
    /// The item was changed elsewhere meanwhile.
    Conflict,
    /// The import file is not of a known kind or is malformed.
    ImportUnreadable,
    /// The import file is larger or deeper than is accepted.
    ImportTooLarge,
    /// The import file is encrypted for an account and cannot be opened here.
    ImportEncrypted,
    /// A document failed its check while being opened.
    DocumentDamaged,
    /// There is no picture of a document: it is of another kind, too large or cannot be drawn.
    NoPicture,
    /// The profile of this backup is on this computer already.
    ProfileExists,
    /// The file is no backup.
    BackupUnreadable,
    /// The backup was written by another version of the program.
    BackupNewer,
    /// The backup is of another profile, or of this one under an earlier root key.
    BackupOtherProfile,
    /// Something in the backup is not as it was written.
    BackupDamaged,
    /// The document was left out of the backup.
    BackupLeftOut,
    /// The folder chosen for backups is not there.
    BackupFolderMissing,
    /// The rules of the generator leave too little to choose from.
    GeneratorTooStrict,
    /// No QR code of a one-time code can be read in the picture.
    PictureUnreadable,
    /// The person cancelled.
    Cancelled,
    /// The clipboard cannot be reached.
    ClipboardUnavailable,
    /// There is not enough free memory to check a password.
    OutOfMemory,
    /// A fault in the program.
    Internal,
}

/// An error as the interface gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ErrorView {
    /// What went wrong.
    pub code: ErrorCode,
    /// One English sentence, without any secret, path of the user or library jargon.
    pub message: String,
    /// What the person can do.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Which part is not acceptable, for `invalid_input`; `message` and `help` are of it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<super::InputProblem>,
    /// The number in the sentences of `problem`, if they have one.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Seconds to wait, for `retry_later`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_seconds: Option<u32>,
    /// The line at which a file cannot be read, from 1.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column there, from 1.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Tries that are left, for `wrong_pin`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
    /// Who has the profile open, for `profile_in_use`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Box<super::HolderView>>,
}
