//! Invitations: made here, and answers to them.

use rusqlite::OptionalExtension;
use vault_crypto::{InviteLink, InviteSecret, SecretText};
use vault_wire::cbor::Canonical;
use vault_wire::invitation::{Accept, Answer};
use vault_wire::log::Head;
use vault_wire::roster::{MemberRole, Op, VerifiedIdentity};
use vault_wire::{AccountId, CertificateHash, SignPublicKey, VaultId};

use super::cards::{Card, NAME_LIMIT};
use super::error::MembersError;
use super::people;
use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::state::Session;
use crate::session::vaults::authority;

/// An invitation to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// The role of the new member; not owner.
    pub role: MemberRole,
    /// When it ends.
    pub expires_at: Timestamp,
    /// For whom, as a note for the inviting user; may be empty.
    pub name: String,
    /// How the inviting user wants to be called in this vault.
    pub own_name: String,
}

/// An answer that waits for the user's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerWaiting {
    /// The account that wants to join.
    pub account: AccountId,
    /// How it wants to be called; `None` if the invitation was made on another computer.
    pub name: Option<String>,
    /// The role that the invitation gives.
    pub role: MemberRole,
    /// Its certificate, whose words are compared.
    pub certificate: CertificateHash,
}

/// The box of an invitation's secret: a draft of this name.
pub(crate) fn box_name(key: &SignPublicKey) -> Vec<u8> {
    [b"invitation ".as_slice(), key.as_bytes()].concat()
}

impl Session {
    /// Invites somebody into a vault. Returns the link, which is passed on by any way but the server. The invitation is in
    /// force once it was sent.
    ///
    /// # Errors
    /// See [`MembersError`].
    pub fn invite(&mut self, vault: VaultId, new: &NewInvitation) -> Result<SecretText, MembersError> {
        let own_name = member_name(&new.own_name)?;
        if new.name.len() > NAME_LIMIT {
            return Err(MembersError::Name);
        }
        let secret = InviteSecret::make(&mut self.rng);
        let key = secret.public();
        let found = self.vaults.find(vault)?;
        let (vault_key, appearance) = (found.vault_key, found.appearance.clone());
        let is_writable = found.writable().is_ok();
        let names_vault = !appearance.name.is_empty();
        let team = authority::team_of(&self.db, found)?;
        let op = secret.invite_op(new.role, new.expires_at.0);
        self.add_change(vault, &op, None, |tx| {
            let sealed = tx.local.seal_draft(tx.profile, &box_name(&key), secret.expose_bytes(), tx.rng);
            tx.db
                .prepare_cached(
                    "INSERT INTO invitation (public_key, vault_key, sealed, made_at, name)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((key.as_bytes(), vault_key, sealed, time(tx.now.0), &new.name))?;
            if is_writable {
                tx.name_member(vault_key, &own_name)?;
                if names_vault {
                    let (name, hue, icon) =
                        (appearance.name.to_string(), appearance.hue, appearance.icon.clone());
                    tx.put_card(vault_key, &Card::Vault { name, hue, icon, team })?;
                }
            }
            Ok(())
        })?;
        Ok(self.link(vault, secret)?.to_text())
    }

    /// Returns the link of an open invitation that was made on this computer.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if it was made elsewhere, used or withdrawn.
    pub fn invitation_link(
        &self,
        vault: VaultId,
        invitation: &SignPublicKey,
    ) -> Result<SecretText, SessionError> {
        let secret = self.invite_secret(invitation)?.ok_or(SessionError::NotFound)?;
        Ok(self.link(vault, secret)?.to_text())
    }

    fn link(&self, vault: VaultId, secret: InviteSecret) -> Result<InviteLink, SessionError> {
        let vault = self.vaults.find(vault)?;
        let Head { seq, root } = self.base_of(vault)?;
        let server =
            self.connection()?.map(|connection| connection.address.as_str().to_owned()).unwrap_or_default();
        Ok(InviteLink {
            server: if server.len() > InviteLink::MAX_SERVER { String::new() } else { server },
            vault_id: vault.id,
            genesis_hash: vault.genesis,
            inviter: self.vaults.author.account,
            seq,
            root,
            secret,
        })
    }

    fn invite_secret(&self, key: &SignPublicKey) -> Result<Option<InviteSecret>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT sealed FROM invitation WHERE public_key = ?1")?;
        let sealed: Option<Vec<u8>> = find.query_row([key.as_bytes()], |row| row.get(0)).optional()?;
        let Some(sealed) = sealed else { return Ok(None) };
        let bytes = self.local.open_draft(&self.info.id, &box_name(key), &sealed);
        let bytes = bytes.map_err(|_| SessionError::DatabaseDamaged)?;
        InviteSecret::from_slice(bytes.expose()).map(Some).map_err(|_| SessionError::DatabaseDamaged)
    }

    /// Returns whether answers to invitations of a vault concern this account.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn expects_answers(&self, vault: VaultId) -> Result<bool, SessionError> {
        let vault = self.vaults.find(vault)?;
        let own = vault.role_of(&self.vaults.author.account);
        Ok(own.is_some_and(|own| vault.roster.invites().any(|(_, invite)| own.may_administer(invite.role))))
    }

    /// Takes in answers to invitations as the server returns them. Those for editors and viewers become members with the next
    /// change of the roster; those for managers wait for the user. Others are ignored. Returns how many were new.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else as any write.
    pub fn take_answers(&mut self, vault: VaultId, answers: &[Answer]) -> Result<usize, SessionError> {
        let mut new = 0;
        for answer in answers {
            let Some((identity, accept)) = self.valid_answer(vault, answer)? else { continue };
            let account = identity.account_id();
            if self.is_answered(vault, &account)? {
                continue;
            }
            let genesis = self.vaults.find(vault)?.genesis;
            let name = match self.invite_secret(&accept.invite)? {
                Some(secret) => match secret.open_name(&genesis, answer) {
                    Ok(name) => Some(name.expose().to_owned()),
                    // The answer was changed on its way.
                    Err(_) => continue,
                },
                None => None,
            };
            let vault_key = self.vaults.find(vault)?.vault_key;
            self.write(|tx| {
                people::see(&tx.db, &identity.certificate)?;
                tx.db
                    .prepare_cached(
                        "INSERT OR REPLACE INTO answer (vault_key, account_id, content, name)
                         VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute((vault_key, account.as_bytes(), answer.encode(), &name))?;
                Ok(())
            })?;
            new += 1;
            if !accept.role.may_rotate() {
                match self.confirm_answer(vault, &account) {
                    Ok(()) => {}
                    Err(MembersError::Session(error)) => return Err(error),
                    // It stays among those that wait, where the user sees it.
                    Err(_) => {}
                }
            }
        }
        Ok(new)
    }

    /// Makes an account whose answer waits a member, with the next change of the roster.
    ///
    /// # Errors
    /// [`MembersError::OtherIdentity`] if its identity contradicts an earlier one; see [`MembersError`].
    pub fn confirm_answer(&mut self, vault: VaultId, account: &AccountId) -> Result<(), MembersError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let (content, name): (Vec<u8>, Option<String>) = self
            .db
            .prepare_cached("SELECT content, name FROM answer WHERE vault_key = ?1 AND account_id = ?2")?
            .query_row((vault_key, account.as_bytes()), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?
            .ok_or(SessionError::NotFound)?;
        let answer = Answer::decode(&content).map_err(|_| SessionError::DatabaseDamaged)?;
        let (identity, accept) = self.valid_answer(vault, &answer)?.ok_or(SessionError::NotFound)?;
        if !people::is_accepted(&self.db, &identity.certificate)? {
            return Err(MembersError::OtherIdentity);
        }
        let op = Op::Add {
            certificate: Box::new(answer.certificate),
            role: accept.role,
            accept: Some(Box::new(answer.accept)),
        };
        let is_writable = self.vaults.find(vault)?.writable().is_ok();
        self.add_change(vault, &op, None, |tx| {
            tx.forget_answer(vault_key, account)?;
            match name.filter(|name| is_writable && !name.trim().is_empty()) {
                Some(name) => tx.put_card(
                    vault_key,
                    &Card::Member { account: *account, certificate: identity.hash, is_own: false, name },
                ),
                None => Ok(()),
            }
        })
    }

    /// Declines an answer: its invitation is withdrawn.
    ///
    /// # Errors
    /// See [`MembersError`].
    pub fn decline_answer(&mut self, vault: VaultId, account: &AccountId) -> Result<(), MembersError> {
        let waiting = self.stored_answers(vault)?;
        let found = waiting.into_iter().find(|(waiting, _)| waiting.account == *account);
        let (_, invitation) = found.ok_or(SessionError::NotFound)?;
        let vault_key = self.vaults.find(vault)?.vault_key;
        self.add_change(vault, &Op::Revoke { key: invitation }, None, |tx| {
            tx.forget_answer(vault_key, account)
        })
    }

    /// Returns the answers of a vault that wait for the user, each with its invitation.
    pub(super) fn stored_answers(
        &self,
        vault: VaultId,
    ) -> Result<Vec<(AnswerWaiting, SignPublicKey)>, SessionError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let mut find = self
            .db
            .prepare_cached("SELECT content, name FROM answer WHERE vault_key = ?1 ORDER BY account_id")?;
        let mut rows = find.query([vault_key])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let answer =
                Answer::decode(&row.get::<_, Vec<u8>>(0)?).map_err(|_| SessionError::DatabaseDamaged)?;
            // Its invitation may be closed by now.
            let Some((identity, accept)) = self.valid_answer(vault, &answer)? else { continue };
            let waiting = AnswerWaiting {
                account: identity.account_id(),
                name: row.get(1)?,
                role: accept.role,
                certificate: identity.hash,
            };
            all.push((waiting, accept.invite));
        }
        Ok(all)
    }

    /// Verifies an answer: both signatures, and that its invitation is open and this account may add members of its role.
    fn valid_answer(
        &self,
        vault: VaultId,
        answer: &Answer,
    ) -> Result<Option<(VerifiedIdentity, Accept)>, SessionError> {
        let vault = self.vaults.find(vault)?;
        let Ok(identity) = VerifiedIdentity::check(&answer.certificate) else { return Ok(None) };
        let Ok(accept) = answer.accept.verify(&identity.hash, &identity.certificate.sign) else {
            return Ok(None);
        };
        let own = vault.role_of(&self.vaults.author.account);
        let invite = vault.roster.invite(&accept.invite);
        let is_open = invite.is_some_and(|invite| {
            invite.record == accept.invite_record
                && invite.role == accept.role
                && self.clock.now().0 <= invite.expires_at
                && own.is_some_and(|own| own.may_administer(invite.role))
        });
        let is_new = vault.roster.member(&identity.account_id()).is_none();
        let is_valid = is_open && is_new && accept.genesis_hash == vault.genesis;
        Ok(is_valid.then_some((identity, accept)))
    }

    /// Returns whether an answer of an account waits, or a change that adds it.
    fn is_answered(&self, vault: VaultId, account: &AccountId) -> Result<bool, SessionError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let waits = self
            .db
            .prepare_cached("SELECT 1 FROM answer WHERE vault_key = ?1 AND account_id = ?2")?
            .exists((vault_key, account.as_bytes()))?;
        let is_added = |op: &Op| match op {
            Op::Add { certificate, .. } => {
                certificate.verify().is_ok_and(|certificate| certificate.account_id() == *account)
            }
            _ => false,
        };
        Ok(waits || self.pending_changes(vault)?.iter().any(|change| is_added(&change.op)))
    }

    /// Sets how this account wants to be called in a vault.
    ///
    /// # Errors
    /// [`MembersError::Name`] if the name is empty or too long; [`SessionError::VaultReadOnly`] where it cannot write.
    pub fn set_own_name(&mut self, vault: VaultId, name: &str) -> Result<(), MembersError> {
        let name = member_name(name)?;
        let vault = self.vaults.find(vault)?;
        if self.vaults.is_home(vault) {
            return Err(MembersError::Home);
        }
        let vault_key = vault.vault_key;
        Ok(self.write(|tx| tx.name_member(vault_key, &name))?)
    }
}

impl crate::session::transaction::Transaction<'_> {
    /// Writes this account's own card into a vault.
    pub(crate) fn name_member(&mut self, vault_key: i64, name: &str) -> Result<(), SessionError> {
        let author = &self.vaults.author;
        let (account, certificate) = (author.account, author.certificate.hash());
        self.put_card(vault_key, &Card::Member { account, certificate, is_own: true, name: name.to_owned() })
    }
}

/// Checks a member's name.
pub(super) fn member_name(name: &str) -> Result<String, MembersError> {
    let name = name.trim();
    let sound = !name.is_empty() && name.len() <= NAME_LIMIT && !name.chars().any(char::is_control);
    if sound { Ok(name.to_owned()) } else { Err(MembersError::Name) }
}
