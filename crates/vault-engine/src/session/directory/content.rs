//! What the items of a directory say. The payloads are those of items of types 66, 67, 70 and 71; see
//! `docs/formats/item-payload.md`.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::{ByteArray, ByteSlice};
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, EntryHash, ItemId, VaultId};

use super::recovery::RecoveryContent;
use super::values::{MOST_ACCOUNTS, accounts, decode, ids, set};
use crate::item::{GROUP, Item, POLICY, TEAM_MEMBER, TEAM_VAULT, key};

const GROUP_ACCOUNTS: u64 = 64;
const GROUP_FORMER: u64 = 65;
const GROUP_ENDED: u64 = 66;
const VAULT: u64 = 64;
const VAULT_GENESIS: u64 = 65;
const VAULT_GROUPS: u64 = 66;
const VAULT_ACCOUNTS: u64 = 67;
const MEMBER_ACCOUNT: u64 = 64;
const MEMBER_STATE: u64 = 65;
const POLICY_STRENGTH: u64 = 64;
const POLICY_EXPORT: u64 = 65;
const POLICY_TRASH: u64 = 66;
const POLICY_LOCK: u64 = 67;
const POLICY_COPIES: u64 = 68;
const POLICY_FACTOR: u64 = 69;

/// The most groups of a vault.
pub(crate) const MOST_GROUPS: usize = 256;
/// The longest name of a group or of a team's vault, in bytes.
pub(crate) const NAME_LIMIT: usize = 128;
/// The longest time before a program locks that a policy may state, in minutes.
pub(crate) const LONGEST_LOCK: u32 = 1_440;
/// The longest time in the trash that a policy may state, in days.
pub(crate) const LONGEST_TRASH: u32 = 3_650;

/// The highest score of a password.
const STRONGEST: u8 = 4;

/// The number of a role that was taken away.
const NO_ROLE: u64 = 0;

/// What an item of a directory says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Group(Group),
    Vault(TeamVault),
    Member(AccountId, MemberState),
    Policy(TeamPolicy),
    Recovery(RecoveryContent),
}

/// Accounts that get the same vaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) accounts: BTreeSet<AccountId>,
    /// Accounts that were taken out: they lose what only this group gave them.
    pub(crate) former: BTreeSet<AccountId>,
    /// Whether the group was deleted. All its accounts are former ones then.
    pub(crate) is_ended: bool,
}

/// A vault that a team uses, and who gets it with which role. `None` instead of a role means that it was taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TeamVault {
    pub(crate) vault: VaultId,
    pub(crate) genesis: EntryHash,
    pub(crate) name: String,
    pub(crate) groups: BTreeMap<ItemId, Option<MemberRole>>,
    pub(crate) accounts: BTreeMap<AccountId, Option<MemberRole>>,
}

/// Whether a member of a team works in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberState {
    /// It has what its groups give it.
    #[default]
    Active,
    /// It is in none of the team's vaults until it is active again.
    Suspended,
    /// It has left the team.
    Removed,
}

/// What a team asks of its members' programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TeamPolicy {
    /// The lowest score of master passwords, 0 to 4; see [`crate::strength`].
    pub password: Option<u8>,
    /// Whether items of the team's vaults may not be exported readably.
    pub no_plain_export: bool,
    /// Whether items of the team's vaults may not be exported at all.
    pub no_export: bool,
    /// Whether items of the team's vaults may not be copied or moved to other vaults.
    pub no_personal_copies: bool,
    /// The longest time without use before a program locks, in minutes, 1 to 1,440.
    pub lock_minutes: Option<u32>,
    /// The longest time in the trash, in days, 1 to 3,650.
    pub trash_days: Option<u32>,
    /// Whether the server is to give the team's vaults only to sign-ins with a second factor.
    pub second_factor: bool,
}

impl TeamPolicy {
    /// Returns the stricter of both in each point.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let least = |one: Option<u32>, other: Option<u32>| match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self {
            password: self.password.max(other.password),
            no_plain_export: self.no_plain_export || other.no_plain_export,
            no_export: self.no_export || other.no_export,
            no_personal_copies: self.no_personal_copies || other.no_personal_copies,
            lock_minutes: least(self.lock_minutes, other.lock_minutes),
            trash_days: least(self.trash_days, other.trash_days),
            second_factor: self.second_factor || other.second_factor,
        }
    }

    /// Returns whether every number is one that the format permits.
    pub(crate) fn is_sound(&self) -> bool {
        let within = |value: Option<u32>, most| value.is_none_or(|value| (1..=most).contains(&value));
        within(self.lock_minutes, LONGEST_LOCK)
            && within(self.trash_days, LONGEST_TRASH)
            && self.password.is_none_or(|score| score <= STRONGEST)
    }
}

impl Content {
    /// Reads what an item says; `None` if it is none of these, or not valid.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        match item.type_of_programs()? {
            GROUP => Group::of(item).map(Self::Group),
            TEAM_VAULT => TeamVault::of(item).map(Self::Vault),
            TEAM_MEMBER => {
                let account = AccountId::from_bytes(*decode::<ByteArray<16>>(item, MEMBER_ACCOUNT)?);
                let state = match decode::<u64>(item, MEMBER_STATE)? {
                    1 => MemberState::Active,
                    2 => MemberState::Suspended,
                    3 => MemberState::Removed,
                    _ => return None,
                };
                Some(Self::Member(account, state))
            }
            POLICY => TeamPolicy::of(item).map(Self::Policy),
            _ => RecoveryContent::of(item).map(Self::Recovery),
        }
    }

    /// Writes it into its item. Entries of a newer program are kept.
    pub(crate) fn write(&self, item: &mut Item) {
        match self {
            Self::Group(group) => {
                set(item, key::item::TYPE, GROUP);
                item.title.clone_from(&group.name);
                set(item, GROUP_ACCOUNTS, ids(group.accounts.iter().map(AccountId::as_bytes)));
                set(item, GROUP_FORMER, ids(group.former.iter().map(AccountId::as_bytes)));
                set_if(item, GROUP_ENDED, group.is_ended, true);
            }
            Self::Vault(vault) => {
                set(item, key::item::TYPE, TEAM_VAULT);
                item.title.clone_from(&vault.name);
                set(item, VAULT, <&ByteSlice>::from(vault.vault.as_bytes().as_slice()));
                set(item, VAULT_GENESIS, <&ByteSlice>::from(vault.genesis.as_bytes().as_slice()));
                set(item, VAULT_GROUPS, roles(vault.groups.iter().map(|(id, role)| (id.as_bytes(), *role))));
                let accounts = vault.accounts.iter().map(|(id, role)| (id.as_bytes(), *role));
                set(item, VAULT_ACCOUNTS, roles(accounts));
            }
            Self::Member(account, state) => {
                set(item, key::item::TYPE, TEAM_MEMBER);
                set(item, MEMBER_ACCOUNT, <&ByteSlice>::from(account.as_bytes().as_slice()));
                let state: u64 = match state {
                    MemberState::Active => 1,
                    MemberState::Suspended => 2,
                    MemberState::Removed => 3,
                };
                set(item, MEMBER_STATE, state);
            }
            Self::Policy(policy) => policy.write(item),
            Self::Recovery(content) => content.write(item),
        }
    }
}

impl Group {
    fn of(item: &Item) -> Option<Self> {
        let group = Self {
            name: item.title.clone(),
            accounts: accounts(item, GROUP_ACCOUNTS)?,
            former: accounts(item, GROUP_FORMER)?,
            is_ended: decode_or(item, GROUP_ENDED, false)?,
        };
        (group.name.len() <= NAME_LIMIT).then_some(group)
    }

    /// The accounts that the group gives something to.
    pub(crate) fn given(&self) -> impl Iterator<Item = &AccountId> {
        self.accounts.iter().filter(|_| !self.is_ended)
    }
}

impl TeamVault {
    fn of(item: &Item) -> Option<Self> {
        let groups: BTreeMap<[u8; 16], Option<MemberRole>> = roles_of(item, VAULT_GROUPS, MOST_GROUPS)?;
        let accounts = roles_of(item, VAULT_ACCOUNTS, MOST_ACCOUNTS)?;
        let vault = Self {
            vault: VaultId::from_bytes(*decode::<ByteArray<16>>(item, VAULT)?),
            genesis: EntryHash::from_bytes(*decode::<ByteArray<32>>(item, VAULT_GENESIS)?),
            name: item.title.clone(),
            groups: groups.into_iter().map(|(id, role)| (ItemId::from_bytes(id), role)).collect(),
            accounts: accounts.into_iter().map(|(id, role)| (AccountId::from_bytes(id), role)).collect(),
        };
        (vault.name.len() <= NAME_LIMIT).then_some(vault)
    }
}

impl TeamPolicy {
    fn of(item: &Item) -> Option<Self> {
        let number = |key| -> Option<Option<u32>> {
            match item.unknown.entry(key) {
                Some(value) => minicbor::decode(value).ok().map(Some),
                None => Some(None),
            }
        };
        let export = decode_or::<u64>(item, POLICY_EXPORT, 0)?;
        let password = match number(POLICY_STRENGTH)? {
            Some(score) => Some(u8::try_from(score).ok()?),
            None => None,
        };
        let policy = Self {
            password,
            no_plain_export: export > 0,
            no_export: export == 1,
            no_personal_copies: decode_or(item, POLICY_COPIES, false)?,
            lock_minutes: number(POLICY_LOCK)?,
            trash_days: number(POLICY_TRASH)?,
            second_factor: decode_or(item, POLICY_FACTOR, false)?,
        };
        (export <= 2 && policy.is_sound()).then_some(policy)
    }

    fn write(self, item: &mut Item) {
        set(item, key::item::TYPE, POLICY);
        set_if(item, POLICY_STRENGTH, self.password.is_some(), self.password.unwrap_or_default());
        let export: u64 = if self.no_export { 1 } else { 2 };
        set_if(item, POLICY_EXPORT, self.no_export || self.no_plain_export, export);
        set_if(item, POLICY_COPIES, self.no_personal_copies, true);
        set_if(item, POLICY_FACTOR, self.second_factor, true);
        set_if(item, POLICY_LOCK, self.lock_minutes.is_some(), self.lock_minutes.unwrap_or_default());
        set_if(item, POLICY_TRASH, self.trash_days.is_some(), self.trash_days.unwrap_or_default());
    }
}

/// The value of an entry, or `missing` if it is left out; `None` if it is not valid.
fn decode_or<'a, T: minicbor::Decode<'a, ()>>(item: &'a Item, key: u64, missing: T) -> Option<T> {
    item.unknown.entry(key).map_or(Some(missing), |value| minicbor::decode(value).ok())
}

fn set_if(item: &mut Item, key: u64, is_set: bool, value: impl minicbor::Encode<()>) {
    if is_set { set(item, key, value) } else { item.unknown.forget(key) }
}

fn roles<'a>(roles: impl Iterator<Item = (&'a [u8; 16], Option<MemberRole>)>) -> Vec<(&'a ByteSlice, u64)> {
    roles.map(|(id, role)| (<&ByteSlice>::from(id.as_slice()), number_of(role))).collect()
}

/// Reads a list of ids with roles, ascending and each once.
fn roles_of(item: &Item, key: u64, most: usize) -> Option<BTreeMap<[u8; 16], Option<MemberRole>>> {
    let list: Vec<(ByteArray<16>, u64)> = decode(item, key)?;
    let sorted = list.is_sorted_by(|(one, _), (next, _)| **one < **next);
    if !sorted || list.len() > most {
        return None;
    }
    list.into_iter().map(|(id, role)| Some((*id, role_with(role)?))).collect()
}

/// The number of a role that a team gives.
fn number_of(role: Option<MemberRole>) -> u64 {
    match role {
        Some(MemberRole::Editor) => 3,
        Some(MemberRole::Viewer) => 4,
        _ => NO_ROLE,
    }
}

/// A team makes nobody a manager or owner of a vault.
fn role_with(number: u64) -> Option<Option<MemberRole>> {
    match number {
        NO_ROLE => Some(None),
        3 => Some(Some(MemberRole::Editor)),
        4 => Some(Some(MemberRole::Viewer)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::item::{self, ItemType};

    fn account(number: u8) -> AccountId {
        AccountId::from_bytes([number; 16])
    }

    fn group() -> Group {
        Group {
            name: "Designers".to_owned(),
            accounts: [account(1), account(2)].into(),
            former: [account(3)].into(),
            is_ended: false,
        }
    }

    fn team_vault() -> TeamVault {
        TeamVault {
            vault: VaultId::from_bytes([5; 16]),
            genesis: EntryHash::from_bytes([6; 32]),
            name: "Designs".to_owned(),
            groups: [(ItemId::from_bytes([7; 16]), Some(MemberRole::Editor))].into(),
            accounts: [(account(1), Some(MemberRole::Viewer)), (account(2), None)].into(),
        }
    }

    fn policy() -> TeamPolicy {
        TeamPolicy {
            password: Some(3),
            no_plain_export: true,
            no_export: false,
            no_personal_copies: true,
            lock_minutes: Some(10),
            trash_days: Some(30),
            second_factor: true,
        }
    }

    fn all() -> Vec<Content> {
        vec![
            Content::Group(group()),
            Content::Group(Group { is_ended: true, ..group() }),
            Content::Vault(team_vault()),
            Content::Member(account(1), MemberState::Active),
            Content::Member(account(1), MemberState::Suspended),
            Content::Member(account(1), MemberState::Removed),
            Content::Policy(policy()),
            Content::Policy(TeamPolicy { no_export: true, ..policy() }),
            Content::Policy(TeamPolicy::default()),
        ]
    }

    fn written(content: &Content) -> Item {
        let mut item = Item::new(ItemType::Note, Timestamp(1_000));
        content.write(&mut item);
        item
    }

    #[test]
    fn content_reads_back_and_keeps_unknown_entries() {
        for content in all() {
            let mut item = written(&content);
            item.unknown.keep(99, &[7]);
            content.write(&mut item);
            let read = item::decode(&item::encode(&item).unwrap()).unwrap();
            assert_eq!(Content::of(&read), Some(content));
            assert_eq!(read.unknown.entry(99), Some([7].as_slice()));
        }
        assert_eq!(Content::of(&Item::new(ItemType::Note, Timestamp(0))), None);
    }

    #[test]
    fn invalid_content_counts_as_none() {
        let refused = |content: &Content, key, value: Option<Vec<u8>>| {
            let mut item = written(content);
            match value {
                Some(value) => item.unknown.keep(key, &value),
                None => item.unknown.forget(key),
            }
            assert_eq!(Content::of(&item), None, "{content:?} {key}");
        };
        let bytes = |value: &[u8]| Some(minicbor::to_vec(<&ByteSlice>::from(value)).unwrap());
        let number = |value: u64| Some(minicbor::to_vec(value).unwrap());
        let group = Content::Group(group());
        refused(&group, GROUP_ACCOUNTS, None);
        let twice = [account(2), account(2)];
        let twice = ids(twice.iter().map(AccountId::as_bytes));
        refused(&group, GROUP_ACCOUNTS, Some(minicbor::to_vec(twice).unwrap()));
        let falling = [account(2), account(1)];
        let falling = ids(falling.iter().map(AccountId::as_bytes));
        refused(&group, GROUP_FORMER, Some(minicbor::to_vec(falling).unwrap()));
        refused(&group, GROUP_ENDED, number(1));
        let vault = Content::Vault(team_vault());
        refused(&vault, VAULT, bytes(&[0; 15]));
        refused(&vault, VAULT_GENESIS, None);
        // A manager, and a role that does not exist.
        for role in [1, 2, 5] {
            let id = [9; 16];
            let list = vec![(<&ByteSlice>::from(id.as_slice()), role)];
            refused(&vault, VAULT_GROUPS, Some(minicbor::to_vec(list).unwrap()));
        }
        let member = Content::Member(account(1), MemberState::Active);
        refused(&member, MEMBER_STATE, number(4));
        let policy = Content::Policy(policy());
        refused(&policy, POLICY_EXPORT, number(3));
        refused(&policy, POLICY_LOCK, number(0));
        refused(&policy, POLICY_LOCK, number(1_441));
        refused(&policy, POLICY_TRASH, number(3_651));
        refused(&policy, POLICY_STRENGTH, number(5));
        refused(&policy, POLICY_FACTOR, number(1));
    }

    #[test]
    fn stricter_policy_applies_in_each_point() {
        let other = TeamPolicy {
            password: Some(4),
            lock_minutes: Some(20),
            no_export: true,
            ..TeamPolicy::default()
        };
        let both = policy().and(other);
        assert_eq!(both, other.and(policy()));
        assert_eq!(both.password, Some(4));
        assert_eq!((both.lock_minutes, both.trash_days), (Some(10), Some(30)));
        assert!(both.no_export && both.no_plain_export && both.no_personal_copies && both.second_factor);
    }
}
