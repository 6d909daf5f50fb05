//! The state that the profile thread owns: the open profile, and what each feature keeps between two of its calls.

mod addresses;
mod approval;
mod generated;
mod network;
mod pending;
mod settings;
mod sign_in;
mod status;

use std::sync::Arc;
use std::time::Duration;

use vault_engine::clock::Rng;
use vault_engine::profile::{Moment, Profiles};
use vault_engine::session::{ActivityWalk, KeysError, Session};
use vault_engine::{KdfParams, SecretText};
use vault_sync::Signals;
use zeroize::Zeroizing;

use crate::error::{ErrorCode, Result};
use crate::key_guard::UnlockGate;
use crate::worker::spawn;

pub(crate) use addresses::OpenedAddresses;
pub(crate) use approval::{PendingApprovals, RequestedApproval};
pub(crate) use generated::GeneratedBits;
pub(crate) use network::PickedAuthority;
pub(crate) use pending::{
    CODE_GROUPS, DroppedCodes, FinishedImport, FoundBackups, HealthReport, KitProgress, LockedImport,
    OpenedBackup, PendingArchive, PendingCopy, PendingImport, PendingInvitation, PendingRestore, TableImport,
    UnconfirmedRecovery,
};

pub(crate) use sign_in::{PendingSignIn, SignInPurpose, WaitingSignIn};

/// The cost of checking a password, for new profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Costs {
    /// Measured on this computer.
    Calibrated,
    /// Fixed parameters.
    Fixed(KdfParams),
}

/// The state of the profile thread.
pub(crate) struct State {
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) kdf: Costs,
    pub(crate) device: String,
    pub(crate) system_language: String,
    pub(crate) crashed: Option<String>,
    pub(crate) open: Option<Open>,
    /// The backup file chosen to become a profile.
    pub(crate) restore: Option<PendingRestore>,
    /// The backups found beside a damaged profile.
    pub(crate) found_backups: Option<FoundBackups>,
    pub(crate) gate: Arc<UnlockGate>,
    /// An invitation that the system opened with the program. It waits until a profile is open.
    pub(crate) invitation: Option<SecretText>,
    /// Wakes the synchronization.
    pub(crate) signals: Arc<Signals>,
    /// The number of writes into logs that the synchronization knows of.
    pub(crate) written: u64,
}

/// An open profile, and the state that ends when it is locked.
pub(crate) struct Open {
    pub(crate) session: Session,
    pub(crate) kit: KitProgress,
    pub(crate) recovery: Option<UnconfirmedRecovery>,
    /// Whether too little memory was free for the usual cost of a new profile's password.
    pub(crate) short_of_memory: bool,
    pub(crate) import: Option<PendingImport>,
    pub(crate) locked_import: Option<LockedImport>,
    pub(crate) archive: Option<PendingArchive>,
    pub(crate) table_import: Option<TableImport>,
    pub(crate) import_report: Option<FinishedImport>,
    pub(crate) copy: Option<PendingCopy>,
    pub(crate) invitation: Option<PendingInvitation>,
    pub(crate) health: Option<HealthReport>,
    /// Where the list of what happened goes on.
    pub(crate) activity: Option<ActivityWalk>,
    /// An SSH key file that needs its passphrase.
    pub(crate) key_file: Option<Zeroizing<Vec<u8>>>,
    pub(crate) backup: Option<OpenedBackup>,
    pub(crate) dropped: Option<DroppedCodes>,
    pub(crate) addresses: OpenedAddresses,
    /// The end of the time in which re-prompt items do not ask for the password, on the steady clock.
    pub(crate) confirmed_until: Option<Duration>,
}

impl Open {
    /// A profile that was just opened. Its re-prompt items stay closed until the password is confirmed.
    pub(crate) fn new(session: Session, rng: &mut Rng) -> Self {
        let kit = KitProgress::new(rng);
        Self {
            session,
            kit,
            recovery: None,
            short_of_memory: false,
            import: None,
            locked_import: None,
            archive: None,
            table_import: None,
            import_report: None,
            copy: None,
            invitation: None,
            health: None,
            activity: None,
            key_file: None,
            backup: None,
            dropped: None,
            addresses: OpenedAddresses::default(),
            confirmed_until: None,
        }
    }

    /// Refuses a re-prompt item (`marked`) unless the password was confirmed shortly before. Every use-case that takes
    /// one item and shows a secret, a file or an earlier state of it, or changes its content, calls this.
    pub(crate) fn guard(&self, marked: bool, now: Duration) -> Result<()> {
        if marked { self.expect_confirmed(now) } else { Ok(()) }
    }

    /// Fails unless the password was confirmed shortly before. Use-cases that return many secrets at once call this.
    pub(crate) fn expect_confirmed(&self, now: Duration) -> Result<()> {
        let confirmed = self.confirmed_until.is_some_and(|until| now < until);
        if confirmed { Ok(()) } else { Err(ErrorCode::PasswordNeeded.into()) }
    }
}

impl State {
    /// The open profile.
    pub(crate) fn open(&mut self) -> Result<&mut Open> {
        self.open.as_mut().ok_or_else(|| ErrorCode::Locked.into())
    }

    /// The session of the open profile.
    pub(crate) fn session(&mut self) -> Result<&mut Session> {
        Ok(&mut self.open()?.session)
    }

    /// Takes over a profile that was just opened.
    pub(crate) fn begin(&mut self, open: Open) {
        self.gate.open(open.session.profile().id);
        self.open = Some(open);
    }

    /// Runs `work`, which checks the master password; wrong passwords delay the next attempt.
    pub(crate) fn ask<T>(&mut self, work: impl FnOnce(&mut Session) -> Result<T, KeysError>) -> Result<T> {
        let open = self.open.as_mut().ok_or(ErrorCode::Locked)?;
        Ok(self.profiles.ask(&mut open.session, work)?)
    }

    /// Gives the keychain the write state of the open profile, if it changed and `moment` is the time for it. The
    /// keychain is waited for on a thread of its own; without one it gets the next state.
    pub(crate) fn store_write_state(&mut self, moment: Moment) {
        let Some(open) = &mut self.open else { return };
        if self.profiles.take_write_state(&mut open.session, moment) {
            let profiles = Arc::clone(&self.profiles);
            let _ = spawn("coffer-keychain", move || profiles.store_write_states());
        }
    }

    /// Wakes the synchronization if something was written into a log.
    pub(crate) fn signal_changes(&mut self) {
        let written = self.open.as_ref().map_or(0, |open| open.session.log_writes());
        if written != self.written {
            self.written = written;
            self.signals.changed();
        }
    }

    /// The password cost for a new profile on this computer, and whether memory is short for it.
    pub(crate) fn costs(&self, make_rng: fn() -> Rng) -> (KdfParams, bool) {
        match self.kdf {
            Costs::Fixed(costs) => (costs, false),
            Costs::Calibrated => {
                let found = self.profiles.calibrate(make_rng());
                (found.costs, found.short_of_memory)
            }
        }
    }
}
