//! What the items of a directory say about recovery: who the guardians are, what members consented to, and what guardians have
//! released. The payloads are those of items of types 73 to 75; see `docs/formats/item-payload.md`.

use std::collections::BTreeSet;

use minicbor::bytes::{ByteArray, ByteSlice};
use vault_wire::cbor::Canonical;
use vault_wire::guardians::RecoveryCard;
use vault_wire::recovery::{Consent, ConsentPin, RecoveryKind, Terms};
use vault_wire::{AccountId, ContentHash};

use super::values::{accounts, decode, ids, set};
use crate::item::{GUARDIANS, Item, RECOVERY_CARD, RECOVERY_RELEASE, key};

const GROUP_ACCOUNTS: u64 = 64;
const GROUP_THRESHOLD: u64 = 65;
const CARD_ACCOUNT: u64 = 64;
const CARD: u64 = 65;
const RELEASE_ACCOUNT: u64 = 64;
const RELEASE_REQUEST: u64 = 65;

/// Whom members may choose as guardians, and how many of them open an account. Without accounts there is no recovery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardianGroup {
    /// The guardians: owners and managers of the directory.
    pub accounts: BTreeSet<AccountId>,
    /// How many of them are needed.
    pub threshold: u8,
}

/// A consent that is signed by the root of its account, or a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedCard {
    pub(super) account: AccountId,
    pub(super) card: RecoveryCard,
    pub(super) consent: Consent,
}

/// What an item says about recovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecoveryContent {
    Guardians(GuardianGroup),
    Card(Box<SignedCard>),
    /// A guardian, who is the author, has released a share of this account for a request.
    Release(AccountId, ContentHash),
}

impl GuardianGroup {
    /// Returns whether a consent to this group is possible, or it is nobody.
    pub(crate) fn is_sound(&self) -> bool {
        let most = usize::try_from(Terms::MAX_GUARDIANS).unwrap_or(usize::MAX);
        match self.accounts.len() {
            0 => self.threshold == 0,
            count => count <= most && self.threshold >= 2 && usize::from(self.threshold) <= count,
        }
    }
}

impl SignedCard {
    /// Verifies a card: its root signed the consent, and box, shares and certificates are those of the consent.
    pub(super) fn verify(card: RecoveryCard) -> Option<Self> {
        let certificate = card.certificate.verify().ok()?;
        let account = certificate.account_id();
        let consent = card.consent.verify(&account).ok()?;
        if consent.kind != RecoveryKind::Recovery {
            return None;
        }
        let belongs = match &consent.terms {
            None => card.sealed.is_empty() && card.guardians.is_empty() && card.shares.is_empty(),
            Some(terms) => {
                let hash = card.consent.hash();
                let named = terms.guardians.iter().map(|guardian| guardian.certificate);
                terms.sealed == ContentHash::of(&card.sealed)
                    && named.eq(card.guardians.iter().map(vault_wire::account::Certificate::hash))
                    && card.shares.len() == card.guardians.len()
                    && (1_u8..)
                        .zip(&card.shares)
                        .all(|(index, share)| share.index == index && share.consent == hash)
            }
        };
        belongs.then_some(Self { account, card, consent })
    }

    pub(super) fn pin(&self) -> ConsentPin {
        ConsentPin { number: self.consent.number, hash: self.card.consent.hash() }
    }
}

impl RecoveryContent {
    pub(super) fn of(item: &Item) -> Option<Self> {
        match item.type_of_programs()? {
            GUARDIANS => {
                let group = GuardianGroup {
                    accounts: accounts(item, GROUP_ACCOUNTS)?,
                    threshold: decode(item, GROUP_THRESHOLD)?,
                };
                group.is_sound().then_some(Self::Guardians(group))
            }
            RECOVERY_CARD => {
                let account = AccountId::from_bytes(*decode::<ByteArray<16>>(item, CARD_ACCOUNT)?);
                let card = RecoveryCard::decode(decode::<&ByteSlice>(item, CARD)?).ok()?;
                let card = SignedCard::verify(card).filter(|card| card.account == account)?;
                Some(Self::Card(Box::new(card)))
            }
            RECOVERY_RELEASE => Some(Self::Release(
                AccountId::from_bytes(*decode::<ByteArray<16>>(item, RELEASE_ACCOUNT)?),
                ContentHash::from_bytes(*decode::<ByteArray<32>>(item, RELEASE_REQUEST)?),
            )),
            _ => None,
        }
    }

    pub(super) fn write(&self, item: &mut Item) {
        match self {
            Self::Guardians(group) => {
                set(item, key::item::TYPE, GUARDIANS);
                set(item, GROUP_ACCOUNTS, ids(group.accounts.iter().map(AccountId::as_bytes)));
                set(item, GROUP_THRESHOLD, group.threshold);
            }
            Self::Card(card) => {
                set(item, key::item::TYPE, RECOVERY_CARD);
                set(item, CARD_ACCOUNT, <&ByteSlice>::from(card.account.as_bytes().as_slice()));
                set(item, CARD, <&ByteSlice>::from(card.card.encode().as_slice()));
            }
            Self::Release(account, request) => {
                set(item, key::item::TYPE, RECOVERY_RELEASE);
                set(item, RELEASE_ACCOUNT, <&ByteSlice>::from(account.as_bytes().as_slice()));
                set(item, RELEASE_REQUEST, <&ByteSlice>::from(request.as_bytes().as_slice()));
            }
        }
    }
}

/// Returns whose share a guardian released, if an item says that.
pub(crate) fn released_account(item: &Item) -> Option<AccountId> {
    match RecoveryContent::of(item) {
        Some(RecoveryContent::Release(account, _)) => Some(account),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use vault_wire::guardians::AsText;

    use super::*;

    #[test]
    fn cards_of_the_vectors_verify_and_changed_ones_not() {
        let card = |name: &str| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../vault-wire/testdata/v1/valid");
            let vector = std::fs::read(format!("{folder}/{name}.json")).unwrap();
            let vector: serde_json::Value = serde_json::from_slice(&vector).unwrap();
            RecoveryCard::from_text(vector["inputs"]["text"].as_str().unwrap()).unwrap()
        };
        let (given, withdrawn) = (card("recovery-card"), card("recovery-card-withdrawn"));
        let changed = |change: fn(&mut RecoveryCard)| {
            let mut card = given.clone();
            change(&mut card);
            SignedCard::verify(card)
        };
        let (one, other) = (changed(|_| ()).unwrap(), SignedCard::verify(withdrawn.clone()).unwrap());
        assert_eq!((one.account, one.consent.number), (other.account, 1));
        assert!(one.consent.terms.is_some() && other.consent.terms.is_none() && other.consent.number == 2);
        for change in [
            |card: &mut RecoveryCard| card.sealed[9] ^= 1,
            |card: &mut RecoveryCard| card.guardians.swap(0, 1),
            |card: &mut RecoveryCard| card.shares.swap(0, 1),
            |card: &mut RecoveryCard| drop(card.shares.pop()),
            |card: &mut RecoveryCard| card.consent.bytes[40] ^= 1,
        ] {
            assert_eq!(changed(change), None);
        }
        assert_eq!(SignedCard::verify(RecoveryCard { shares: given.shares.clone(), ..withdrawn }), None);
    }
}
