//! What single features keep between two calls. Plain data: the use-cases in `commands` work on it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rand_core::Rng as _;
use vault_engine::backup::OpenBackup;
use vault_engine::clock::Rng;
use vault_engine::clock::Timestamp;
use vault_engine::health::Report;
use vault_engine::session::{Invited, PendingRecovery, ProfileCopy};
use vault_engine::{ItemId, ProfileId};
use vault_interchange::ParsedFile;
use zeroize::Zeroizing;

use crate::views::{FoundCodes, ImportLocked, ImportReport};

/// Groups of four characters in the text of a Secret Key or recovery code, after `C1` or `R1`.
pub(crate) const CODE_GROUPS: u8 = 7;

/// The progress of the Emergency Kit in this session.
pub(crate) struct KitProgress {
    /// The group that is asked for.
    pub(crate) ask_group: u8,
    /// Whether the PDF was saved.
    pub(crate) saved: bool,
}

impl KitProgress {
    /// Chooses the group to ask for. The last one is mostly checksum, so it is never chosen.
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let mut chosen = [0];
        rng.fill_bytes(&mut chosen);
        let [chosen] = chosen;
        Self { ask_group: chosen % (CODE_GROUPS - 1), saved: false }
    }
}

/// A recovery code that was made and is not confirmed yet.
pub(crate) struct UnconfirmedRecovery {
    pub(crate) pending: PendingRecovery,
    pub(crate) ask_group: u8,
}

/// An import file that was read and waits for confirmation.
pub(crate) struct PendingImport {
    pub(crate) token: String,
    pub(crate) file_name: String,
    pub(crate) parsed: ParsedFile,
}

/// What was imported last, for a report that can be saved.
pub(crate) struct FinishedImport {
    pub(crate) file_name: String,
    pub(crate) format: &'static str,
    pub(crate) at: Timestamp,
    /// The titles of items with a newer revision.
    pub(crate) updated: Vec<String>,
    pub(crate) report: ImportReport,
}

/// An encrypted import file that waits for its password.
#[derive(Clone)]
pub(crate) struct LockedImport {
    pub(crate) token: String,
    pub(crate) path: PathBuf,
    pub(crate) locked: ImportLocked,
    /// The content of the chosen key file.
    pub(crate) key_file: Option<Zeroizing<Vec<u8>>>,
}

/// An archive that was looked at and waits for its password.
pub(crate) struct PendingArchive {
    pub(crate) token: String,
    pub(crate) path: PathBuf,
}

/// A table that can be read in another way.
#[derive(Clone)]
pub(crate) struct TableImport {
    /// The token of the last answer about it.
    pub(crate) token: String,
    pub(crate) path: PathBuf,
}

/// Another profile that was opened to be copied and waits for confirmation.
pub(crate) struct PendingCopy {
    pub(crate) token: String,
    /// Its name.
    pub(crate) name: String,
    pub(crate) copy: ProfileCopy,
    /// Its items that the open profile has already.
    pub(crate) identical: BTreeSet<ItemId>,
}

/// An invitation whose vault was read and that waits for the user's decision.
pub(crate) struct PendingInvitation {
    pub(crate) token: String,
    pub(crate) invited: Invited,
}

/// The result of the last health check.
pub(crate) struct HealthReport {
    pub(crate) at: Timestamp,
    pub(crate) report: Report,
}

/// One-time codes in pictures that were dropped on the window and not requested yet.
pub(crate) struct DroppedCodes {
    pub(crate) found: FoundCodes,
    /// The pictures, in case they are to be kept as documents.
    pub(crate) pictures: Vec<PathBuf>,
}

/// A backup that is open for browsing.
pub(crate) struct OpenedBackup {
    pub(crate) name: String,
    pub(crate) backup: OpenBackup,
}

/// A backup file that was chosen and waits for its password and Secret Key.
pub(crate) struct PendingRestore {
    pub(crate) token: String,
    pub(crate) path: PathBuf,
}

/// The backups found beside a profile; the interface names them by their index.
pub(crate) struct FoundBackups {
    pub(crate) profile: ProfileId,
    pub(crate) paths: Vec<PathBuf>,
}
