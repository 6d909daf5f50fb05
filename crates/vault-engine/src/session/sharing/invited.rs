//! The log of a vault to which this account was invited, before it is a member.

use vault_crypto::{InviteLink, JoinError};
use vault_wire::log::{Entry, LogVerifier};
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, CertificateHash};

use super::error::JoinFailure;
use crate::clock::Timestamp;

/// A vault, by an invitation to it. Its log is read without bodies, since only members have the key.
pub struct Invited {
    link: InviteLink,
    log: Option<LogVerifier>,
}

/// What an invitation offers, by the vault's verified log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitedVault {
    /// The role that it gives.
    pub role: MemberRole,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who invites.
    pub inviter: AccountId,
    /// The inviter's certificate, whose words are compared.
    pub certificate: CertificateHash,
    /// The number of members.
    pub members: usize,
}

impl Invited {
    /// Begins to read the log of the vault that a link names.
    #[must_use]
    pub fn new(link: InviteLink) -> Self {
        Self { link, log: None }
    }

    /// The link.
    #[must_use]
    pub fn link(&self) -> &InviteLink {
        &self.link
    }

    /// The number of entries that were read.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.log.as_ref().map_or(0, |log| log.head().seq)
    }

    /// Verifies the next page of the log. Returns whether it reaches the end.
    ///
    /// # Errors
    /// [`JoinFailure::OtherPage`] if it is not the next page; [`JoinError::OtherLog`] if the log is not the one that the
    /// link names.
    pub fn receive(&mut self, page: &LogPage) -> Result<bool, JoinFailure> {
        if page.vault_id != self.link.vault_id || page.after != self.read() {
            return Err(JoinFailure::OtherPage);
        }
        let mut entries = page.entries.as_slice();
        let mut log = match self.log.take() {
            Some(log) => log,
            None => {
                let Some((LogEntry::Record(genesis), rest)) = entries.split_first() else {
                    return Err(JoinFailure::OtherPage);
                };
                entries = rest;
                LogVerifier::from_genesis(genesis, Some(&self.link.genesis_hash))
                    .map_err(|_| JoinError::OtherLog)?
            }
        };
        let entries: Vec<Entry<'_>> = entries.iter().map(LogEntry::as_entry).collect();
        log.extend(&entries);
        let at_end = log.head().seq >= page.head_seq;
        if log.equivocation().is_some() || (at_end && log.root_at(page.head_seq) != Some(&page.head_root)) {
            return Err(JoinError::OtherLog.into());
        }
        self.log = Some(log);
        Ok(at_end)
    }

    /// Returns what the invitation offers.
    ///
    /// # Errors
    /// [`JoinError::OtherLog`] if the log does not contain the inviter's head; [`JoinError::NotOpen`].
    pub fn offer(&self) -> Result<InvitedVault, JoinFailure> {
        let log = self.log()?;
        let roster = log.roster();
        if log.root_at(self.link.seq) != Some(&self.link.root) {
            return Err(JoinError::OtherLog.into());
        }
        let invite = roster.invite(&self.link.secret.public()).ok_or(JoinError::NotOpen)?;
        let inviter = roster.member(&self.link.inviter).ok_or(JoinError::NotOpen)?;
        if invite.author != self.link.inviter {
            return Err(JoinError::NotOpen.into());
        }
        Ok(InvitedVault {
            role: invite.role,
            expires_at: Timestamp(invite.expires_at),
            inviter: self.link.inviter,
            certificate: inviter.identity.hash,
            members: roster.members().count(),
        })
    }

    pub(super) fn log(&self) -> Result<&LogVerifier, JoinFailure> {
        self.log.as_ref().ok_or(JoinFailure::OtherPage)
    }
}
