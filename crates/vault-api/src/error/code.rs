//! The code of an error.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The kind of an error. The interface branches on it; messages are for people only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ErrorCode {
    /// The profile is locked.
    Locked,
    /// The password or the Secret Key does not open this profile.
    WrongPassword,
    /// As `WrongPassword`, of a profile with a server.
    WrongPasswordHere,
    /// The item asks for the master password before a secret is shown or copied; `session_confirm` confirms it.
    PasswordNeeded,
    /// Too many wrong passwords; wait.
    RetryLater,
    /// The keychain no longer has the Secret Key; it must be typed.
    SecretKeyMissing,
    /// The typed Secret Key has a typing error: its checksum does not match.
    SecretKeyMistyped,
    /// The typed group is not the one on the Emergency Kit.
    KitGroupWrong,
    /// The typed group is not the one of the new recovery code.
    CodeGroupWrong,
    /// The Secret Key is that of another profile, or one that was replaced.
    KitOfAnother,
    /// The typed recovery code has a typing error, or is a Secret Key.
    RecoveryCodeMistyped,
    /// The recovery code does not open this profile.
    RecoveryCodeWrong,
    /// The profile has no recovery code.
    NoRecoveryCode,
    /// The keys were changed in the meantime.
    KeysChanged,
    /// The PIN is wrong; the error contains the number of tries left.
    WrongPin,
    /// There is no PIN, or no longer one; the password is needed.
    NoPin,
    /// The PIN has fewer than six characters.
    PinTooShort,
    /// The password is too weak or empty.
    PasswordTooWeak,
    /// There is no such profile.
    ProfileNotFound,
    /// Another program has this profile open.
    ProfileInUse,
    /// The folder is not suitable for a profile.
    PlaceUnfit,
    /// A file or folder of that name exists, or the profile is known from another folder.
    PlaceTaken,
    /// A copy differs from its original.
    CopyDiffers,
    /// The typed name is not that of the profile.
    NameDiffers,
    /// The key file of the profile is damaged.
    ProfileDamaged,
    /// The database of the profile is damaged.
    DatabaseDamaged,
    /// Nothing in the database of the profile can be read.
    NothingReadable,
    /// The profile was written by another version; nothing was changed.
    ProfileNewer,
    /// The profile is open for reading only.
    ProfileReadOnly,
    /// The database is older than the last known one; the profile is open for reading only until the user decides.
    ProfileRolledBack,
    /// The key of the vault's present epoch was not received yet.
    VaultKeyMissing,
    /// The vault needs a newer program; it is open for reading only.
    VaultNewer,
    /// An owner closed the vault.
    VaultClosed,
    /// The account may only read the vault.
    VaultNotWritable,
    /// The vault does not know the account's new identity yet.
    VaultIdentityWaits,
    /// The server contradicted what it showed of the vault before.
    VaultAlarm,
    /// The vault has other members, so it is not deleted.
    VaultShared,
    /// The vault is the directory of a team, which has no items.
    TeamDirectory,
    /// The vault follows another team, or is a directory itself.
    OtherTeam,
    /// The policy of a team does not permit it.
    PolicyForbids,
    /// The text is damaged, or none for this step of a recovery by guardians.
    RecoveryTextInvalid,
    /// The member did not consent to that recovery, or not any more.
    RecoveryNotConsented,
    /// The member has other keys since it consented.
    RecoveryOutdated,
    /// The words are not those of the request.
    RecoveryWordsDiffer,
    /// The answer is for another request, or not signed by a guardian.
    RecoveryOtherAnswer,
    /// A guardian signed a false share.
    RecoveryFalseShare,
    /// There are too few guardians or answers.
    GuardiansLack,
    /// A recovery was begun on this computer already.
    RecoveryRuns,
    /// The recovery on this computer cannot be read, or opens nothing.
    RecoveryDamaged,
    /// The vault is to stay on this computer, but a server may have it.
    VaultSynchronized,
    /// The vault stays on this computer, so it cannot be shared.
    VaultOnlyHere,
    /// The account's own vault cannot be shared.
    HomeNotShared,
    /// The account's role in the vault does not allow the change.
    MemberNotPermitted,
    /// The change has no effect on the members as they are now.
    MemberUnchanged,
    /// The vault would have no owner.
    LastOwner,
    /// The vault has as many members or open invitations as it can have.
    TooManyMembers,
    /// The vault does not take the change.
    MemberChangeRefused,
    /// Other changes of the vault's members wait to be sent.
    MemberChangesWait,
    /// The member's identity contradicts an earlier one.
    MemberIdentityChanged,
    /// The text is no invitation, or damaged.
    InvitationMalformed,
    /// The invitation was used, withdrawn, or never reached the server.
    InvitationNotOpen,
    /// The invitation has expired.
    InvitationExpired,
    /// The server shows another vault or history than the invitation names.
    InvitationOtherLog,
    /// The account is a member of the vault already.
    AlreadyMember,
    /// The text is neither the address of a server nor a connect code.
    ServerAddressInvalid,
    /// The server cannot be reached.
    ServerUnreachable,
    /// A proxy in front of the server or of this computer answers for it.
    ServerProxy,
    /// The proxy of this computer makes no connection to the server.
    ProxyFailed,
    /// What answers at the address is not a Coffer server, such as the sign-in page of a network.
    ServerNotCoffer,
    /// The server's certificate is not trusted.
    ServerUntrusted,
    /// The text or picture is no code of another device, Kit or server.
    JoinCodeInvalid,
    /// The code of another device has expired, was withdrawn or replaced.
    ApprovalEnded,
    /// Another device has used the code.
    ApprovalUsed,
    /// What the server passed on is not from the other device.
    ApprovalForged,
    /// The server has another key than the one that the user confirmed.
    ServerKeyChanged,
    /// The history of a vault that the server has cannot be chosen.
    HistoryNotChosen,
    /// Own devices know the server by different keys.
    ServerKeyDisputed,
    /// The server is another one than before, or offers older versions than before.
    ServerOther,
    /// The server needs a newer program.
    ServerNewer,
    /// The server failed, or its answer is of no use.
    ServerFailed,
    /// The server accepts no changes at the moment.
    ServerReadOnly,
    /// The storage of the account at the server is used up.
    ServerFull,
    /// The server refuses the request.
    ServerRefused,
    /// There were too many requests in a short time.
    ServerBusy,
    /// The server was restored from a backup and lacks entries.
    ServerRestoring,
    /// The server does not have the vault.
    VaultMissing,
    /// The login name is empty, too long or has unusual characters.
    LoginInvalid,
    /// An account with this login exists at the server.
    LoginTaken,
    /// The sign-up code is missing, wrong or used.
    SignUpRefused,
    /// Login, password, Secret Key or code are wrong.
    SignInRefused,
    /// The account asks for a second factor, and no code was given.
    SecondFactorNeeded,
    /// The login session has ended.
    SignInNeeded,
    /// The server's account is not the expected one, or an older state of it.
    AccountOther,
    /// The profile is connected with a server.
    AccountConnected,
    /// The profile has no server.
    NotConnected,
    /// Password or Secret Key of the account were changed on another device.
    AccountChanged,
    /// A vault with other members cannot be moved to another server.
    MoveShared,
    /// Documents or vaults are only at the server that is to be left.
    MoveIncomplete,
    /// Not everything is at the new server yet.
    MoveUnfinished,
    /// The disk has no room left.
    DiskFull,
    /// The disk or folder cannot be written.
    DiskReadOnly,
    /// A file could not be read or written.
    FileUnreadable,
    /// There is no such item, field, revision or job.
    NotFound,
    /// Too many web addresses were opened in a short time.
    TooManyAddresses,
    /// A part of the input is not acceptable; the error names it.
    InvalidInput,
    /// The text is not a set-up of one-time codes.
    CodeInvalid,
    /// The text or file contains no supported private SSH key.
    SshKeyUnreadable,
    /// The key is protected by a passphrase.
    PassphraseNeeded,
    /// The passphrase does not open the key.
    PassphraseWrong,
    /// The item was changed elsewhere in the meantime.
    Conflict,
    /// The file is not an archive of Coffer.
    ArchiveUnreadable,
    /// The password does not open the archive.
    ArchiveWrongPassword,
    /// The import file is not of a known kind or is malformed.
    ImportUnreadable,
    /// The import file is larger or deeper than allowed.
    ImportTooLarge,
    /// The import file is encrypted for an account and cannot be opened here.
    ImportEncrypted,
    /// The import file is whole and has no items.
    ImportEmpty,
    /// The key file of an encrypted import is damaged.
    KeyFileDamaged,
    /// A document failed its check while being opened.
    DocumentDamaged,
    /// A document is not on this computer: it was not downloaded yet, or the server does not have it.
    DocumentNotHere,
    /// A document is larger than the server accepts.
    DocumentTooLarge,
    /// There is no picture of a document: it is of another kind, too large or cannot be drawn.
    NoPicture,
    /// The profile of this backup is on this computer already.
    ProfileExists,
    /// The file is not a backup.
    BackupUnreadable,
    /// The backup was written by another version of the program.
    BackupNewer,
    /// The backup is of another profile, or of this one under an earlier root key.
    BackupOtherProfile,
    /// The backup is damaged.
    BackupDamaged,
    /// The document was left out of the backup.
    BackupLeftOut,
    /// The folder for backups does not exist.
    BackupFolderMissing,
    /// The rules of the generator leave too few choices.
    GeneratorTooStrict,
    /// No QR code of a one-time code can be read in the picture.
    PictureUnreadable,
    /// The operation was cancelled.
    Cancelled,
    /// The clipboard cannot be reached.
    ClipboardUnavailable,
    /// No program opens web addresses.
    NoBrowser,
    /// No program shows folders.
    NoFileManager,
    /// The system cannot start another thread.
    ComputerBusy,
    /// There is not enough free memory to check a password.
    OutOfMemory,
    /// A fault in the program.
    Internal,
}
