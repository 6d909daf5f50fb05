//! Invitations that this account accepted.

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::SecretText;
use vault_wire::cbor::Canonical;
use vault_wire::invitation::Answer;
use vault_wire::log::Head;
use vault_wire::message::LogEntry;
use vault_wire::roster::{Genesis, MemberRole, Roster};
use vault_wire::{AccountId, EntryHash, Root, VaultId};

use super::cards::NAME_LIMIT;
use super::error::JoinFailure;
use super::invited::Invited;
use super::{people, role_number, role_of};
use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::state::Session;
use crate::session::vaults::vault::{OutboxState, Vault, insert_unopened};
use crate::session::vaults::vault_metadata::Appearance;

/// An accepted invitation to a vault of which this account is no member yet, or no member any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joining {
    /// The vault.
    pub vault: VaultId,
    /// Its name, if it is known without the invitation.
    pub name: Option<String>,
    /// The role that the invitation gives.
    pub role: MemberRole,
    /// Who invites.
    pub inviter: AccountId,
    /// When it was accepted.
    pub answered_at: Timestamp,
    /// Whether the server has the answer.
    pub is_sent: bool,
}

/// The box of a link: a draft of this name.
pub(crate) fn box_name(vault: &VaultId) -> Vec<u8> {
    [b"joining ".as_slice(), vault.as_bytes()].concat()
}

/// Returns the head that the log of a vault must contain by the invitation to it; none once it was compared.
pub(crate) fn expected_head(db: &Connection, vault: &VaultId) -> Result<Option<Head>, SessionError> {
    let mut find = db.prepare_cached("SELECT seq, root FROM joining WHERE vault_id = ?1")?;
    let found = find.query_row([vault.as_bytes()], |row| {
        Ok(Head { seq: row.get(0)?, root: Root::from_bytes(row.get(1)?) })
    });
    Ok(found.optional()?)
}

/// Forgets an invitation, as its vault is here.
pub(crate) fn forget(db: &Connection, vault: &VaultId) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM joining WHERE vault_id = ?1")?.execute([vault.as_bytes()])?;
    Ok(())
}

impl Session {
    /// Returns whether an invitation to a vault is of use: the vault is not here, or the account is no member of it any more.
    #[must_use]
    pub fn can_join(&self, vault: VaultId) -> bool {
        match self.vaults.find(vault) {
            Ok(vault) => vault.role_of(&self.vaults.author.account).is_none(),
            Err(_) => true,
        }
    }

    /// Accepts an invitation. The answer is sent with the next synchronization. `name` is how this account wants to be
    /// called in the vault.
    ///
    /// # Errors
    /// See [`JoinFailure`].
    pub fn accept_invitation(&mut self, invited: &Invited, name: &str) -> Result<(), JoinFailure> {
        let link = invited.link();
        if !self.can_join(link.vault_id) {
            return Err(JoinFailure::Member);
        }
        let name = name.trim();
        if name.is_empty() || name.len() > NAME_LIMIT {
            return Err(vault_crypto::JoinError::Name.into());
        }
        let offer = invited.offer()?;
        let author = self.vaults.author.clone();
        let name = SecretText::from(name);
        let now = self.clock.now();
        let answer =
            link.accept(invited.log()?, &author.identity, &author.certificate, &name, now.0, &mut self.rng)?;
        let inviter = invited.log()?.roster().member(&link.inviter).map(|member| member.identity.clone());
        self.write(|tx| {
            if let Some(inviter) = &inviter {
                people::see(&tx.db, &inviter.certificate)?;
            }
            let content = link.to_text();
            let sealed = tx.local.seal_draft(
                tx.profile,
                &box_name(&link.vault_id),
                content.expose().as_bytes(),
                tx.rng,
            );
            tx.db
                .prepare_cached(
                    "INSERT OR REPLACE INTO joining
                         (vault_id, sealed, seq, root, answer, role, inviter, answered_at, sent)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)",
                )?
                .execute((
                    link.vault_id.as_bytes(),
                    sealed,
                    time(link.seq),
                    link.root.as_bytes(),
                    answer.encode(),
                    role_number(offer.role),
                    link.inviter.as_bytes(),
                    time(tx.now.0),
                ))?;
            Ok(())
        })?;
        Ok(())
    }

    /// Lists the accepted invitations to vaults of which this account is no member.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn joining(&self) -> Result<Vec<Joining>, SessionError> {
        let mut find = self.db.prepare_cached(
            "SELECT vault_id, role, inviter, answered_at, sent FROM joining ORDER BY answered_at, vault_id",
        )?;
        let mut rows = find.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let vault = VaultId::from_bytes(row.get(0)?);
            if !self.can_join(vault) {
                continue;
            }
            all.push(Joining {
                vault,
                name: self.known_vault_name(vault, &self.invited_genesis(vault)?)?,
                role: role_of(row.get(1)?)?,
                inviter: AccountId::from_bytes(row.get(2)?),
                answered_at: Timestamp(row.get(3)?),
                is_sent: row.get(4)?,
            });
        }
        Ok(all)
    }

    /// Returns the answer to an invitation, to be sent.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is none.
    pub fn joining_answer(&self, vault: VaultId) -> Result<Answer, SessionError> {
        let mut find = self.db.prepare_cached("SELECT answer FROM joining WHERE vault_id = ?1")?;
        let answer: Option<Vec<u8>> = find.query_row([vault.as_bytes()], |row| row.get(0)).optional()?;
        Answer::decode(&answer.ok_or(SessionError::NotFound)?).map_err(|_| SessionError::DatabaseDamaged)
    }

    /// Stores that the server has the answer to an invitation.
    ///
    /// # Errors
    /// As any write.
    pub fn joining_sent(&mut self, vault: VaultId) -> Result<(), SessionError> {
        self.write(|tx| {
            tx.db
                .prepare_cached("UPDATE joining SET sent = 1 WHERE vault_id = ?1")?
                .execute([vault.as_bytes()])?;
            Ok(())
        })
    }

    /// Forgets an accepted invitation. If the account becomes a member nevertheless, the vault is not joined.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is none.
    pub fn withdraw_joining(&mut self, vault: VaultId) -> Result<(), SessionError> {
        if !self.joining()?.iter().any(|joining| joining.vault == vault) {
            return Err(SessionError::NotFound);
        }
        self.write(|tx| forget(&tx.db, &vault))
    }

    /// Adds the vault of an accepted invitation, or one to which a team has added this account. `first` is the first entry of
    /// its log, which is received afterwards, and then its key. Returns whether it was added.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if no such invitation was accepted and no directory names the vault; else as any write.
    pub fn join_invited(&mut self, vault: VaultId, first: &LogEntry) -> Result<bool, SessionError> {
        let genesis = self.invited_genesis(vault)?;
        let LogEntry::Record(record) = first else { return Ok(false) };
        let Ok(founding) = Genesis::verify(record, Some(&genesis)) else { return Ok(false) };
        let Ok(roster) = Roster::from_genesis(&founding) else { return Ok(false) };
        if founding.vault_id != vault || self.vaults.find(vault).is_ok() {
            return Ok(false);
        }
        if let Some(ended) = self.vaults.log_of_ended(vault) {
            // It was removed from the profile.
            if ended.genesis != genesis {
                return Ok(false);
            }
            self.enter_again(vault)?;
            return Ok(true);
        }
        let author = self.vaults.author.clone();
        self.write(|tx| {
            let (vault_key, head) = insert_unopened(&tx.db, &vault, record, tx.now)?;
            let positions = tx.vaults.iter().map(|vault| vault.appearance.position);
            let appearance = Appearance {
                position: positions.max().unwrap_or(0).saturating_add(1),
                ..Appearance::default()
            };
            let mut joined = Vault {
                vault_key,
                id: vault,
                keys: std::collections::BTreeMap::new(),
                authors: author.alone(),
                read_only: None,
                former: None,
                ending: false,
                roster,
                head,
                confirmed: None,
                outbox: OutboxState::Based,
                genesis,
                metadata_row: None,
                appearance: Appearance::default(),
            };
            joined.read_only = joined.why_read_only(&author);
            joined.metadata_row = Some(tx.put_metadata(&joined, &appearance)?);
            joined.appearance = appearance;
            tx.add_vault(joined);
            Ok(())
        })?;
        Ok(true)
    }

    fn invited_genesis(&self, vault: VaultId) -> Result<EntryHash, SessionError> {
        let mut find = self.db.prepare_cached("SELECT sealed FROM joining WHERE vault_id = ?1")?;
        let sealed: Option<Vec<u8>> = find.query_row([vault.as_bytes()], |row| row.get(0)).optional()?;
        let Some(sealed) = sealed else {
            return self.team_genesis(vault)?.ok_or(SessionError::NotFound);
        };
        let text = self.local.open_draft(&self.info.id, &box_name(&vault), &sealed);
        let text = text.map_err(|_| SessionError::DatabaseDamaged)?;
        let text = std::str::from_utf8(text.expose()).map_err(|_| SessionError::DatabaseDamaged)?;
        let link = vault_crypto::InviteLink::from_text(&SecretText::from(text));
        Ok(link.map_err(|_| SessionError::DatabaseDamaged)?.genesis_hash)
    }
}
