//! The state of synchronization.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use vault_engine::clock::Timestamp;
use vault_engine::document::{Existing, write_new_file};
use vault_engine::session::{
    AuditTrouble, AuditTroubleKind, Event, EventKind, Freshness, OtherServerKey, OtherServerKeyChoice,
    Reenrolment, ServerConnection, VaultSync,
};
use vault_engine::{SecretText, VaultId};
use vault_sync::message::{LoginName, Origin};

use super::{evidence, reenrolment};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::events::Event as Changed;
use crate::sync::Watched;
use crate::views::{
    AccountView, AlarmView, AuditView, HeadView, HealedView, KeyChoice, OtherKeyView, SyncState, SyncView,
    VaultSyncView, count,
};

/// Milliseconds after which a verified log is no longer called up to date: two polls and a little more.
const FRESH: u64 = 12 * 60 * 1000;

/// Milliseconds for which it is shown that a restored server has everything again: a week.
const RESTORED: u64 = 7 * 24 * 60 * 60 * 1000;

/// What the profile itself says.
struct Stored {
    account: Option<AccountView>,
    /// Where another device has moved the account.
    moved: Option<AccountView>,
    /// The server that was left.
    left: Option<AccountView>,
    signed_in: bool,
    /// Whether the user is to say first that it may begin.
    held: bool,
    reenrolment: Option<Reenrolment>,
    /// Documents that are not here and are to be kept here.
    documents: usize,
    restored: Option<Event>,
    audit: Option<AuditTrouble>,
    other_key: Option<OtherServerKey>,
    freshness: Freshness,
    vaults: Vec<VaultSync>,
    alarms: BTreeMap<VaultId, AlarmView>,
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
                let moved = session.place()?.zip(connection.as_ref());
                let moved = moved.filter(|(place, connection)| place.issuer != connection.issuer);
                let moved = moved.map(|(place, _)| account_at(&place.login, &place.address));
                let left = session.left_server()?.map(|left| account_of(&left.connection));
                let account = connection.as_ref().map(account_of);
                let signed_in = session.device_login()?.is_some_and(|login| login.refresh.is_some());
                let held = session.holds_upload()?;
                let vaults = session.sync_status()?;
                let mut documents = 0;
                for of_vault in &vaults {
                    if session.keeps_offline(of_vault.vault)? {
                        documents += session.missing_documents(of_vault.vault)?.len();
                    }
                }
                let reenrolment = session.reenrolment()?;
                let restored = session.last_event(EventKind::ServerComplete)?;
                let audit = session.audit()?.trouble;
                let other_key = session.other_server_key()?;
                let freshness = session.freshness()?;
                let mut alarms = BTreeMap::new();
                for VaultSync { vault, .. } in vaults.iter().filter(|sync| sync.alarm.is_some()) {
                    if let Some(evidence) = session.evidence(*vault)? {
                        alarms.insert(*vault, AlarmView::of(&evidence, session.members(*vault)?));
                    }
                }
                Ok(Stored {
                    account,
                    moved,
                    left,
                    signed_in,
                    held,
                    reenrolment,
                    documents,
                    restored,
                    audit,
                    other_key,
                    freshness,
                    vaults,
                    alarms,
                })
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
        let read = self.read(|session| {
            let reenrols = session.reenrolment()?.is_some();
            Ok((session.profile().id, reenrols.then(|| session.network()).transpose()?))
        });
        if let (id, Some(settings)) = read.await? {
            self.start_reenrolling(id, &settings)?;
        }
        self.sync_status().await
    }

    /// Synchronizes at once, and returns the state after an attempt, or after a time at the latest.
    ///
    /// # Errors
    /// As [`Self::sync_now`].
    pub async fn sync_and_wait(&self, most: Duration) -> Result<SyncView> {
        self.sync_now().await?;
        let attempts = async {
            let mut attempts = self.sync.attempts();
            while self.sync.attempted(&mut attempts).await {
                let view = self.sync_status().await?;
                if view.unsent == 0 && !matches!(view.state, SyncState::Syncing | SyncState::Verifying) {
                    break;
                }
            }
            Result::<()>::Ok(())
        };
        // What is not done by then goes on, and the state says so.
        tokio::time::timeout(most, attempts).await.unwrap_or(Ok(()))?;
        self.sync_status().await
    }

    /// Returns the end of the home vault's log, to be compared with another device of the account.
    ///
    /// # Errors
    /// `not_connected` before the first contact with a server, `locked`, or the disk.
    pub async fn sync_words(&self) -> Result<HeadView> {
        self.read(|session| Ok(session.home_head()?.map(HeadView::from).ok_or(ErrorCode::NotConnected)?))
            .await
    }

    /// Notes that another device of the account shows the same words for as many entries.
    ///
    /// # Errors
    /// `not_found` if the log has another length, or was received just now only in part; `locked`, or the disk.
    pub async fn sync_compared(&self, entries: u64) -> Result<SyncView> {
        self.read(move |session| Ok(session.compared(entries)?)).await?;
        self.sync_status().await
    }

    /// Takes one of the keys by which own devices know the server, which people have compared with its operator, for the right
    /// one on all of them. `seen` is what they compared.
    ///
    /// # Errors
    /// `not_found` if the keys are not those any more; `locked`, or the disk.
    pub async fn sync_key_choose(&self, seen: OtherKeyView, choice: KeyChoice) -> Result<SyncView> {
        self.change(move |session| {
            let present = session.other_server_key()?.ok_or(ErrorCode::NotFound)?;
            if OtherKeyView::from(present) != seen {
                return Err(ErrorCode::NotFound.into());
            }
            let choice = match choice {
                KeyChoice::Own => OtherServerKeyChoice::Own,
                KeyChoice::Other => OtherServerKeyChoice::Other,
            };
            Ok(session.choose_server_key(present, choice)?)
        })
        .await?;
        self.sync.stop();
        self.start_sync().await?;
        self.sync_status().await
    }

    /// Chooses the history that the server has now of a vault with an alarm, as its owner. What only this computer has is merged
    /// onto it and sent again.
    ///
    /// # Errors
    /// `member_not_permitted` unless the account is an owner in both histories, `history_not_chosen`, `wrong_password`, or why the
    /// server cannot be used.
    pub async fn history_choose(&self, vault: VaultId, password: SecretText) -> Result<SyncView> {
        let id = self.read(|session| Ok(session.profile().id)).await?;
        self.sync.adopt((self.actor.clone(), id), vault, password).await?;
        self.events.send(Changed::ItemsChanged);
        self.sync.signals().now();
        self.sync_status().await
    }

    /// Writes what shows others that the server contradicted itself; an existing file is replaced.
    ///
    /// # Errors
    /// `not_found` if the vault has no alarm, `locked`, or the disk.
    pub async fn sync_evidence_to(&self, vault: VaultId, path: PathBuf) -> Result<()> {
        self.read(move |session| {
            let evidence = session.evidence(vault)?.ok_or(ErrorCode::NotFound)?;
            let issuer = session.connection()?.map(|connection| connection.issuer);
            let json = evidence::to_json(&evidence, issuer.as_ref());
            Ok(write_new_file(&path, &json, Existing::Replace)?)
        })
        .await
    }
}

fn view(stored: Stored, watched: Watched, now: Timestamp) -> SyncView {
    let state = state(&stored, &watched, now);
    let reenrolment = reenrolment::view(stored.reenrolment.as_ref(), &watched);
    let Stored { account, moved, left: left_account, vaults, documents, restored, .. } = stored;
    let Stored { audit, other_key, freshness, alarms, .. } = stored;
    let restored = restored.filter(|event| now.0.saturating_sub(event.at.0) < RESTORED);
    let audit = audit.filter(|trouble| {
        trouble.kind != AuditTroubleKind::Restored || now.0.saturating_sub(trouble.noticed.0) < RESTORED
    });
    let Watched { received, left, verified_at, problem, vaults: problems, downloads, .. } = watched;
    let unsent: u64 = vaults.iter().map(|sync| sync.unsent).sum();
    let oldest = vaults.iter().filter_map(|sync| sync.oldest_unsent).min();
    let connected = account.is_some();
    let vault = |sync: VaultSync| VaultSyncView {
        id: sync.vault.to_string(),
        home: sync.home,
        name: sync.name,
        only_here: sync.only_here,
        unsent: number(sync.unsent),
        refused: number(sync.refused),
        void: number(sync.void),
        problem: problems.get(&sync.vault).or_else(|| downloads.get(&sync.vault)).cloned(),
        alarm: alarms.get(&sync.vault).cloned(),
    };
    SyncView {
        state,
        account,
        unsent: if connected { number(unsent) } else { 0 },
        oldest_unsent: oldest.filter(|_| connected).map(|at| at.0),
        verified_at: verified_at.map(|at| at.0),
        received,
        left: number(left.values().sum()),
        unverified: connected && freshness != Freshness::Verified,
        documents: count(documents),
        restored: restored.map(|Event { at, count, .. }| HealedView { at: at.0, sent: count }),
        reenrolment,
        other_key: other_key.map(OtherKeyView::from),
        audit: audit.map(AuditView::from),
        moved,
        left_account,
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
    } else if stored.held {
        SyncState::Held
    } else if watched.offline {
        SyncState::Offline
    } else if troubled || refused {
        SyncState::Waiting
    } else if stored.freshness == Freshness::Replaying {
        SyncState::Verifying
    } else if under_way {
        SyncState::Syncing
    } else if fresh {
        SyncState::UpToDate
    } else {
        SyncState::Offline
    }
}

fn account_of(connection: &ServerConnection) -> AccountView {
    account_at(&connection.login, &connection.address)
}

fn account_at(login: &LoginName, address: &Origin) -> AccountView {
    AccountView { login: login.as_str().to_owned(), address: address.as_str().to_owned() }
}

fn number(entries: u64) -> u32 {
    u32::try_from(entries).unwrap_or(u32::MAX)
}
