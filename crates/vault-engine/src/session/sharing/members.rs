//! What is shown of a vault's members.

use vault_wire::roster::{MemberRole, VerifiedIdentity};
use vault_wire::{AccountId, CertificateHash, SignPublicKey, VaultId};

use super::{AnswerWaiting, PendingChange, cards, people};
use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

/// A member of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberInfo {
    /// The account.
    pub account: AccountId,
    /// Its name, by its own card or one that an owner or manager confirmed.
    pub name: Option<String>,
    /// Its role.
    pub role: MemberRole,
    /// Its certificate, whose words people compare.
    pub certificate: CertificateHash,
    /// Whether people have compared them.
    pub is_verified: bool,
    /// Whether people have compared those of an earlier identity, which this one has replaced.
    pub is_renewed: bool,
    /// Whether its identity contradicts an earlier one: then nothing is encrypted to it.
    pub is_contradicted: bool,
    /// Whether it is this account.
    pub is_own: bool,
    /// Whether this computer still owes it the key of the vault.
    pub waits_for_key: bool,
}

/// An open invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenInvitation {
    /// Its public key.
    pub key: SignPublicKey,
    /// The role that it gives.
    pub role: MemberRole,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who invited.
    pub inviter: AccountId,
    /// For whom, if it was made on this computer; may be empty.
    pub name: Option<String>,
}

/// The members of a vault, and what waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultMembers {
    /// The members: this account first, then by role and name.
    pub members: Vec<MemberInfo>,
    /// This account's role; `None` if it is no member.
    pub role: Option<MemberRole>,
    /// Open invitations in the log.
    pub invitations: Vec<OpenInvitation>,
    /// Answers that wait for the user.
    pub answers: Vec<AnswerWaiting>,
    /// Changes that are not in the log yet.
    pub pending: Vec<PendingChange>,
    /// Whether a former member still knows the present key.
    pub is_epoch_due: bool,
    /// Whether the server gives the vault only to sign-ins with a second factor.
    pub needs_second_factor: bool,
}

/// The members of a vault in short, as lists of vaults show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultSharing {
    /// The number of members.
    pub members: usize,
    /// This account's role; `None` if it is no member any more.
    pub role: Option<MemberRole>,
    /// The owner who shares the vault with this account; `None` if it is an owner itself.
    pub shared_by: Option<SharedBy>,
    /// The number of open invitations.
    pub invitations: usize,
    /// The number of answers that wait for the user.
    pub answers: usize,
    /// The number of changes of members that wait to be sent.
    pub pending: usize,
    /// Whether a former member still knows the present key.
    pub is_epoch_due: bool,
}

/// Who shares a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedBy {
    /// The account.
    pub account: AccountId,
    /// Its name, if it has one in this vault.
    pub name: Option<String>,
}

impl Session {
    /// Returns the members of a vault in short.
    pub(crate) fn sharing(&self, vault: &Vault) -> Result<VaultSharing, SessionError> {
        let own = self.vaults.author.account;
        let role = vault.role_of(&own);
        let owner = vault.roster.members().find(|(_, member)| member.role == MemberRole::Owner);
        let shared_by = match owner {
            Some((account, _)) if role != Some(MemberRole::Owner) => {
                Some(SharedBy { account: *account, name: self.name_of(vault, account)? })
            }
            _ => None,
        };
        let count = |sql| -> Result<usize, SessionError> {
            Ok(self.db.prepare_cached(sql)?.query_row([vault.vault_key], |row| row.get(0))?)
        };
        Ok(VaultSharing {
            members: vault.roster.members().count(),
            role,
            shared_by,
            invitations: vault.roster.invites().count(),
            answers: count("SELECT count(*) FROM answer WHERE vault_key = ?1")?,
            pending: count("SELECT count(*) FROM roster_change WHERE vault_key = ?1 AND problem = 0")?,
            is_epoch_due: vault.roster.is_epoch_due() && role.is_some(),
        })
    }

    /// Returns the members of a vault by its log as it is here.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn members(&self, id: VaultId) -> Result<VaultMembers, SessionError> {
        let vault = self.vaults.find(id)?;
        let own = self.vaults.author.account;
        let mut due = self.db.prepare_cached("SELECT account_id FROM grant_due WHERE vault_key = ?1")?;
        let due = due.query_map([vault.vault_key], |row| Ok(AccountId::from_bytes(row.get(0)?)))?;
        let due: std::collections::BTreeSet<AccountId> = due.collect::<Result<_, _>>()?;
        let mut members = Vec::new();
        for (account, member) in vault.roster.members() {
            if *account == own && vault.former.is_some() {
                continue;
            }
            let person = people::find(&self.db, account)?;
            let verified = person
                .as_ref()
                .is_some_and(|person| person.is_verified && person.pin.certificate == member.identity.hash);
            members.push(MemberInfo {
                account: *account,
                name: self.name_of(vault, account)?,
                role: member.role,
                certificate: member.identity.hash,
                is_verified: verified,
                is_renewed: person.as_ref().is_some_and(|person| person.is_renewed),
                is_contradicted: person.is_some_and(|person| person.is_contradicted),
                is_own: *account == own,
                waits_for_key: due.contains(account),
            });
        }
        members.sort_by_cached_key(|member| {
            (!member.is_own, member.role, member.name.is_none(), member.name.clone(), member.account)
        });
        let mut invitations = Vec::new();
        let mut find =
            self.db.prepare_cached("SELECT name FROM invitation WHERE public_key = ?1 AND vault_key = ?2")?;
        for (key, invite) in vault.roster.invites() {
            let name = rusqlite::OptionalExtension::optional(
                find.query_row((key.as_bytes(), vault.vault_key), |row| row.get(0)),
            )?;
            invitations.push(OpenInvitation {
                key: *key,
                role: invite.role,
                expires_at: Timestamp(invite.expires_at),
                inviter: invite.author,
                name,
            });
        }
        Ok(VaultMembers {
            members,
            role: vault.role_of(&own),
            invitations,
            answers: self.stored_answers(id)?.into_iter().map(|(waiting, _)| waiting).collect(),
            pending: self.pending_changes(id)?,
            is_epoch_due: vault.roster.is_epoch_due(),
            needs_second_factor: vault.roster.requires_second_factor(),
        })
    }

    /// Returns the hash of this account's certificate, whose words people compare.
    #[must_use]
    pub fn certificate_hash(&self) -> CertificateHash {
        self.vaults.author.certificate.hash()
    }

    /// Returns the name of a member, if it has one.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn member_name(&self, vault: VaultId, account: &AccountId) -> Result<Option<String>, SessionError> {
        let vault = self.vaults.find(vault)?;
        self.name_of(vault, account)
    }

    /// The name of a member, by the vault's cards or those of a team.
    pub(super) fn name_of(&self, vault: &Vault, account: &AccountId) -> Result<Option<String>, SessionError> {
        match cards::name_of(&self.db, vault.vault_key, &vault.roster, account)? {
            Some(name) => Ok(Some(name)),
            None => self.name_in_teams(account),
        }
    }

    /// Returns the name of an account in any vault that it shares with this one.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn known_name(&self, account: &AccountId) -> Result<Option<String>, SessionError> {
        for vault in self.vaults.in_order() {
            let name = cards::name_of(&self.db, vault.vault_key, &vault.roster, account)?;
            if name.is_some() {
                return Ok(name);
            }
        }
        Ok(None)
    }

    /// Stores that people have compared the words of a member's certificate.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if it is no member with this certificate; else as any write.
    pub fn verify_member(
        &mut self,
        vault: VaultId,
        account: &AccountId,
        certificate: &CertificateHash,
    ) -> Result<(), SessionError> {
        let member = self.vaults.find(vault)?.roster.member(account).map(|member| member.identity.clone());
        let identity: VerifiedIdentity =
            member.filter(|identity| identity.hash == *certificate).ok_or(SessionError::NotFound)?;
        self.decide_account(account, &identity.certificate, |tx| {
            people::verify(&tx.db, &identity.certificate)
        })
    }
}
