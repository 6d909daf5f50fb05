//! What a directory says.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use vault_wire::roster::{MemberRole, Roster};
use vault_wire::{AccountId, ContentHash, EntryHash, ItemId, RevHash, VaultId};

use super::content::{Content, Group, MemberState, TeamPolicy, TeamVault};
use super::recovery::{GuardianGroup, RecoveryContent, SignedCard};

/// An item of a directory at its last revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: ItemId,
    pub(super) entry_key: i64,
    pub(super) revision: RevHash,
}

/// What a directory says. Items by others than owners and managers count as none, and so does a policy that is not by an
/// owner.
pub(crate) struct Directory {
    pub(super) id: VaultId,
    pub(super) groups: BTreeMap<ItemId, (Row, Group)>,
    pub(super) vaults: BTreeMap<VaultId, (Row, AccountId, TeamVault)>,
    /// The states of members that are not active.
    pub(super) states: BTreeMap<AccountId, MemberState>,
    pub(super) state_rows: BTreeMap<AccountId, Row>,
    pub(super) policy: TeamPolicy,
    pub(super) policy_row: Option<Row>,
    pub(super) guardians: Option<(Row, GuardianGroup)>,
    /// The latest consent of each account.
    pub(super) cards: BTreeMap<AccountId, (Row, SignedCard)>,
    /// Who has released a share of which account, for which request.
    pub(super) releases: Vec<(AccountId, AccountId, ContentHash)>,
}

/// Who is in a vault by what the directory says.
#[derive(Default)]
pub(super) struct Wanted {
    /// The accounts that are to be members.
    pub(super) roles: BTreeMap<AccountId, MemberRole>,
    /// The accounts that are not to be members any more.
    pub(super) ended: BTreeSet<AccountId>,
}

/// By what a directory is kept: the number of its items, the last entry among them, and the state of its roster.
pub(super) type Stamp = (i64, i64, EntryHash);

/// Directories that were read.
#[derive(Default)]
pub(crate) struct Directories(pub(super) RefCell<BTreeMap<i64, (Stamp, Arc<Directory>)>>);

impl Directory {
    pub(super) fn add(&mut self, row: Row, author: AccountId, is_owner: bool, content: Content) {
        match content {
            Content::Group(group) => drop(self.groups.insert(row.id, (row, group))),
            Content::Vault(vault) => {
                self.vaults.entry(vault.vault).or_insert((row, author, vault));
            }
            Content::Member(account, state) => {
                let known = self.states.entry(account).or_default();
                if state >= *known {
                    *known = state;
                    self.state_rows.insert(account, row);
                }
            }
            Content::Policy(policy) if is_owner => {
                self.policy = self.policy.and(policy);
                self.policy_row.get_or_insert(row);
            }
            Content::Recovery(content) => self.add_recovery(row, author, is_owner, content),
            Content::Policy(_) => {}
        }
    }

    fn add_recovery(&mut self, row: Row, author: AccountId, is_owner: bool, content: RecoveryContent) {
        match content {
            RecoveryContent::Guardians(group) if is_owner => drop(self.guardians.get_or_insert((row, group))),
            RecoveryContent::Guardians(_) => {}
            RecoveryContent::Card(card) => {
                let known = self.cards.get(&card.account);
                if known.is_none_or(|(_, known)| known.consent.number < card.consent.number) {
                    self.cards.insert(card.account, (row, *card));
                }
            }
            RecoveryContent::Release(account, request) => self.releases.push((author, account, request)),
        }
    }

    /// Returns whether an account works in the team.
    pub(super) fn state(&self, account: &AccountId) -> MemberState {
        self.states.get(account).copied().unwrap_or_default()
    }

    /// Returns who is in a vault by its groups and the accounts that it names, among the members of the team in `roster`.
    pub(super) fn wanted(&self, vault: &TeamVault, roster: &Roster) -> Wanted {
        let mut wanted = Wanted::default();
        let works = |account: &AccountId| {
            roster.member(account).is_some() && self.state(account) == MemberState::Active
        };
        for (id, role) in &vault.groups {
            let Some((_, group)) = self.groups.get(id) else { continue };
            wanted.ended.extend(group.accounts.iter().chain(&group.former));
            let Some(role) = role else { continue };
            for account in group.given().filter(|account| works(account)) {
                wanted.give(account, *role);
            }
        }
        for (account, role) in &vault.accounts {
            wanted.ended.insert(*account);
            if let Some(role) = role.filter(|_| works(account)) {
                wanted.give(account, role);
            }
        }
        let ended = self.states.iter().filter(|(_, state)| **state != MemberState::Active);
        wanted.ended.extend(ended.map(|(account, _)| account));
        wanted.ended.retain(|account| !wanted.roles.contains_key(account));
        wanted
    }
}

impl Wanted {
    /// Gives an account a role, or leaves it a higher one.
    fn give(&mut self, account: &AccountId, role: MemberRole) {
        let known = self.roles.entry(*account).or_insert(role);
        *known = role.min(*known);
    }
}
