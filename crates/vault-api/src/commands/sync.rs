//! The state of synchronization.

use vault_engine::clock::Timestamp;
use vault_engine::session::{Alarm, AlarmKind, Reenrolment, VaultSync};

use super::reenrolment;
use crate::coffer::Coffer;
use crate::error::Result;
use crate::sync::Watched;
use crate::views::{AccountView, AlarmKindView, AlarmView, SyncState, SyncView, VaultSyncView, count};

/// Milliseconds after which a verified log is no longer called up to date: two polls and a little more.
const FRESH: u64 = 12 * 60 * 1000;

/// What the profile itself says.
struct Stored {
    account: Option<AccountView>,
    signed_in: bool,
    reenrolment: Option<Reenrolment>,
    /// Documents that are not here and are to be kept here.
    documents: usize,
    vaults: Vec<VaultSync>,
}

impl Coffer {
    /// Returns the state of synchronization of the open profile.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn sync_status(&self) -> Result<SyncView> {
        let stored = self
            .read(|session| {
                let connection = session.connection()?;
                let account = connection.map(|connection| AccountView {
                    login: connection.login.as_str().to_owned(),
                    address: connection.address.as_str().to_owned(),
                });
                let signed_in = session.device_login()?.is_some_and(|login| login.refresh.is_some());
                let vaults = session.sync_status()?;
                let mut documents = 0;
                for of_vault in &vaults {
                    if session.keeps_offline(of_vault.vault)? {
                        documents += session.missing_documents(of_vault.vault)?.len();
                    }
                }
                let reenrolment = session.reenrolment()?;
                Ok(Stored { account, signed_in, reenrolment, documents, vaults })
            })
            .await?;
        Ok(view(stored, self.sync.watched(), self.clock.now()))
    }

    /// Begins to synchronize at once.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn sync_now(&self) -> Result<SyncView> {
        self.sync.signals().now();
        let (id, reenrols) =
            self.read(|session| Ok((session.profile().id, session.reenrolment()?.is_some()))).await?;
        if reenrols {
            self.sync.reenrol(self.actor.clone(), id, self.clock.clone(), (self.make_rng)());
        }
        self.sync_status().await
    }
}

fn view(stored: Stored, watched: Watched, now: Timestamp) -> SyncView {
    let state = state(&stored, &watched, now);
    let reenrolment = reenrolment::view(stored.reenrolment.as_ref(), &watched);
    let Stored { account, vaults, documents, signed_in: _, reenrolment: _ } = stored;
    let Watched { received, verified_at, problem, vaults: problems, downloads, .. } = watched;
    let unsent: u64 = vaults.iter().map(|sync| sync.unsent).sum();
    let oldest = vaults.iter().filter_map(|sync| sync.oldest_unsent).min();
    let connected = account.is_some();
    let vault = |sync: VaultSync| VaultSyncView {
        id: sync.vault.to_string(),
        name: sync.name,
        unsent: number(sync.unsent),
        refused: number(sync.refused),
        problem: problems.get(&sync.vault).or_else(|| downloads.get(&sync.vault)).cloned(),
        alarm: sync.alarm.map(alarm),
    };
    SyncView {
        state,
        account,
        unsent: if connected { number(unsent) } else { 0 },
        oldest_unsent: oldest.filter(|_| connected).map(|at| at.0),
        verified_at: verified_at.map(|at| at.0),
        received,
        documents: count(documents),
        reenrolment,
        problem,
        vaults: if connected { vaults.into_iter().map(vault).collect() } else { Vec::new() },
    }
}

fn state(stored: &Stored, watched: &Watched, now: Timestamp) -> SyncState {
    let any = |holds: fn(&VaultSync) -> bool| stored.vaults.iter().any(holds);
    let fresh = watched.verified_at.is_some_and(|at| now.0.saturating_sub(at.0) < FRESH);
    let troubled = watched.problem.is_some() || !watched.vaults.is_empty() || !watched.downloads.is_empty();
    let refused = any(|sync| sync.refused > 0) && !watched.running;
    let under_way = any(|sync| sync.unsent > 0)
        || stored.documents > 0
        || watched.verified_at.is_none()
        || (watched.running && watched.received > 0);
    if stored.account.is_none() {
        SyncState::Local
    } else if any(|sync| sync.alarm.is_some()) {
        SyncState::Alarm
    } else if !stored.signed_in || watched.signed_out {
        SyncState::SignedOut
    } else if watched.offline {
        SyncState::Offline
    } else if troubled || refused {
        SyncState::Waiting
    } else if under_way {
        SyncState::Syncing
    } else if fresh {
        SyncState::UpToDate
    } else {
        SyncState::Offline
    }
}

fn number(entries: u64) -> u32 {
    u32::try_from(entries).unwrap_or(u32::MAX)
}

const fn alarm(alarm: Alarm) -> AlarmView {
    let kind = match alarm.kind {
        AlarmKind::Rollback => AlarmKindView::Rollback,
        AlarmKind::Fork => AlarmKindView::Fork,
        AlarmKind::Contradiction => AlarmKindView::Contradiction,
        AlarmKind::MissingOwn => AlarmKindView::MissingOwn,
    };
    AlarmView { kind, entry: alarm.seq, at: alarm.raised_at.0 }
}
