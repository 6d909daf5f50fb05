//! The account that a sign-in opens.

use vault_crypto::{AccountBoxes, AccountUnlockKey, KdfParams, OpenedAccount};
use vault_wire::account::{ReenrolError, SignedCertificate, SignedReenrolment};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{KeysetReply, Origin};
use vault_wire::{AccountId, ContentHash};

use super::error::SignInError;
use super::pins::AccountPins;
use crate::session::Session;

/// A session, and the account that it is of. Drop the root as soon as possible.
pub struct SignedIn {
    /// The session. Its refresh token is stored.
    pub session: Session,
    /// The account's keys, verified to belong together.
    pub account: OpenedAccount,
    /// The certificate of its identity, as it is passed on.
    pub certificate: SignedCertificate,
    /// What to remember of the account.
    pub pins: AccountPins,
}

/// A verified account without its session.
pub(super) struct Verified {
    pub(super) account: OpenedAccount,
    pub(super) certificate: SignedCertificate,
    pub(super) pins: AccountPins,
}

/// Opens what a server returned: the statement is verified first, then both boxes are opened and compared with the certificate.
pub(super) fn open(
    reply: &KeysetReply,
    key: &AccountUnlockKey,
    account_id: &AccountId,
    issuer: &Origin,
    costs: KdfParams,
    pins: &AccountPins,
) -> Result<Verified, SignInError> {
    // Costs are those that were used; which ones the reply states has no effect.
    let KeysetReply { kdf: _, keyset, root_box, certificate, statement } = reply;
    let other = SignInError::Account;
    let Ok(statement) = SignedReenrolment::decode(statement.as_slice()) else { return Err(other) };
    let known = pins.version.saturating_sub(1);
    let statement = statement.verify(account_id, issuer.as_str(), known).map_err(|error| match error {
        ReenrolError::NotNewer => SignInError::Outdated,
        _ => SignInError::Account,
    })?;
    let (keyset, root) = (keyset.as_slice(), root_box.as_slice());
    if statement.keyset != ContentHash::of(keyset) || statement.root_box != ContentHash::of(root) {
        return Err(other);
    }
    let Ok(certificate) = SignedCertificate::decode(certificate.as_slice()) else { return Err(other) };
    let boxes = AccountBoxes { certificate: &certificate, keyset, root };
    let account = boxes.open(key, account_id).map_err(|_| SignInError::Account)?;
    let pins = AccountPins { account: Some(*account_id), costs: Some(costs), version: statement.version };
    Ok(Verified { account, certificate, pins })
}

#[cfg(test)]
mod tests {
    use vault_crypto::{
        Identity, Keyset, ReenrolmentParts, RootSigner, SecretKey, StretchedAccountPassword, UnlockSeed,
    };
    use vault_testkit::FixedRng;
    use vault_wire::account::{Predecessor, SignedReenrolment};
    use vault_wire::message::{Bytes, UncheckedKdf};
    use vault_wire::{EntryHash, VaultId};

    use super::*;

    const ISSUER: &str = "https://server.test";

    /// An account, and two keysets and two root boxes of it that all open with one key.
    struct Fixture {
        root: RootSigner,
        certificate: SignedCertificate,
        key: AccountUnlockKey,
        keysets: [Vec<u8>; 2],
        roots: [Vec<u8>; 2],
    }

    fn fixture() -> Fixture {
        let rng = &mut FixedRng::new(1);
        let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
        let certificate = root.certify(&identity, Predecessor::Sound, 1);
        let (home_vault, home_genesis) = (VaultId::from_bytes([1; 16]), EntryHash::from_bytes([2; 32]));
        let keyset = Keyset { identity, home_vault, home_genesis };
        let secret_key = SecretKey::from_bytes(&[3; 16]);
        let stretched = StretchedAccountPassword::derive(&"password".into(), &secret_key, KdfParams::TEST);
        let account = root.account_id();
        let key = stretched.unwrap().derive_account_unlock_key(&account, &[4; 64]);
        let keysets = [1, 2].map(|_| keyset.seal_account(&UnlockSeed::make(rng), &key, &account, rng));
        let roots = [1, 2].map(|_| root.seal_account(&key, rng));
        Fixture { root, certificate, key, keysets, roots }
    }

    impl Fixture {
        /// A statement of the first keyset and the first root box.
        fn statement(&self, issuer: &str) -> SignedReenrolment {
            let (keyset, root_box) = (self.keysets[0].as_slice(), self.roots[0].as_slice());
            let parts = ReenrolmentParts { issuer, version: 3, record: b"record", keyset, root_box };
            self.root.sign_reenrolment(&parts)
        }

        fn open(
            &self,
            keyset: usize,
            root: usize,
            statement: &SignedReenrolment,
        ) -> Result<Verified, SignInError> {
            let reply = KeysetReply {
                kdf: UncheckedKdf { m_kib: 0, t: 0, p: 0 },
                keyset: Bytes::new(self.keysets[keyset].clone()).unwrap(),
                root_box: Bytes::new(self.roots[root].clone()).unwrap(),
                certificate: Bytes::new(self.certificate.encode()).unwrap(),
                statement: Bytes::new(statement.encode()).unwrap(),
            };
            let issuer = Origin::new(ISSUER).unwrap();
            let (account, pins) = (self.root.account_id(), AccountPins::default());
            open(&reply, &self.key, &account, &issuer, KdfParams::TEST, &pins)
        }
    }

    #[test]
    fn boxes_that_the_statement_covers_open_and_their_version_is_pinned() {
        let fixture = fixture();
        let verified = fixture.open(0, 0, &fixture.statement(ISSUER)).ok().unwrap();
        assert_eq!(verified.pins.version, 3);
        assert_eq!(verified.pins.account, Some(fixture.root.account_id()));
    }

    #[test]
    fn t16_boxes_that_open_and_are_not_the_stated_ones_are_refused() {
        let fixture = fixture();
        let statement = fixture.statement(ISSUER);
        for (keyset, root) in [(1, 0), (0, 1), (1, 1)] {
            assert!(matches!(fixture.open(keyset, root, &statement), Err(SignInError::Account)));
        }
    }

    #[test]
    fn t16_a_statement_for_another_server_or_by_another_root_is_refused() {
        let fixture = fixture();
        let other = fixture.statement("https://other.test");
        assert!(matches!(fixture.open(0, 0, &other), Err(SignInError::Account)));
        let mut forged = fixture.statement(ISSUER);
        forged.by_root = other.by_root;
        assert!(matches!(fixture.open(0, 0, &forged), Err(SignInError::Account)));
    }
}
