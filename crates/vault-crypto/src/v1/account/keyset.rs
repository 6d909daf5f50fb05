//! The keyset: the keys that every device of an account stores.

use rand_core::CryptoRng;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::{AccountId, EntryHash, Label, VaultId};
use zeroize::Zeroizing;

use super::Identity;
use crate::keys::{AccountUnlockKey, RootKey, UnlockSeed};
use crate::secret::{Secret, assert_opaque};
use crate::v1::content::{check_canonical, read_secret};
use crate::v1::derive::derive;
use crate::v1::seal::OpenError;
use crate::v1::seal::{open, seal};

/// The version of a keyset without earlier identities.
const FIRST: u64 = 1;
/// The version of a keyset with earlier identities.
const WITH_EARLIER: u64 = 2;
/// Maximum length of the content, which a box may contain as a byte string.
pub(crate) const MAX_CONTENT: usize = 2048;

/// The keys that every device of an account stores.
pub struct Keyset {
    /// The identity keys.
    pub identity: Identity,
    /// The account's home vault.
    pub home_vault: VaultId,
    /// Hash of the home vault's genesis record, so that it cannot be substituted.
    pub home_genesis: EntryHash,
}

assert_opaque!(Keyset);

impl Keyset {
    /// Seals the keyset for this computer.
    #[must_use]
    pub fn seal_local(
        &self,
        root_key: &RootKey,
        account_id: &AccountId,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        self.seal(None, &local_keyset_key(root_key), account_id, rng)
    }

    /// Opens what [`Keyset::seal_local`] sealed.
    ///
    /// # Errors
    /// If it does not open or has other content.
    pub fn open_local(sealed: &[u8], root_key: &RootKey, account_id: &AccountId) -> Result<Self, OpenError> {
        match Self::open(sealed, &local_keyset_key(root_key), account_id)? {
            (keyset, None) => Ok(keyset),
            (_, Some(_)) => Err(OpenError),
        }
    }

    /// Seals the keyset for the account's server, with the unlock seed, which only this copy contains. Opened
    /// by [`AccountBoxes::open`](crate::AccountBoxes::open).
    #[must_use]
    pub fn seal_account(
        &self,
        unlock_seed: &UnlockSeed,
        key: &AccountUnlockKey,
        account_id: &AccountId,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        self.seal(Some(unlock_seed), &key.0, account_id, rng)
    }

    pub(super) fn open_account(
        sealed: &[u8],
        key: &AccountUnlockKey,
        account_id: &AccountId,
    ) -> Result<(Self, UnlockSeed), OpenError> {
        let (keyset, unlock_seed) = Self::open(sealed, &key.0, account_id)?;
        Ok((keyset, unlock_seed.ok_or(OpenError)?))
    }

    fn seal(
        &self,
        unlock_seed: Option<&UnlockSeed>,
        key: &Secret<32>,
        account_id: &AccountId,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        let content = Zeroizing::new(self.write(unlock_seed).encode());
        seal(key.expose(), &keyset_context(account_id), &content, rng)
    }

    fn open(
        sealed: &[u8],
        key: &Secret<32>,
        account_id: &AccountId,
    ) -> Result<(Self, Option<UnlockSeed>), OpenError> {
        let content = open(key.expose(), &keyset_context(account_id), sealed)?;
        let (keyset, unlock_seed) = Self::read(&mut Reader::new(content.expose())).map_err(|_| OpenError)?;
        check_canonical(&keyset.write(unlock_seed.as_ref()), &content)?;
        Ok((keyset, unlock_seed))
    }

    /// Encodes the content of the box.
    pub(crate) fn write(&self, unlock_seed: Option<&UnlockSeed>) -> Array {
        let Self { identity, home_vault, home_genesis } = self;
        let earlier = identity.earlier();
        let version = if earlier.is_empty() { FIRST } else { WITH_EARLIER };
        let content = identity
            .write_to(Array::new().uint(version))
            .bytes_or_null(unlock_seed.map(|seed| seed.expose_bytes().as_slice()))
            .bytes(home_vault.as_bytes())
            .bytes(home_genesis.as_bytes());
        if earlier.is_empty() { content } else { content.array(&earlier.write()) }
    }

    /// Decodes the output of [`Keyset::write`].
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<(Self, Option<UnlockSeed>), DecodeError> {
        let items = reader.array_up_to(8)?;
        let version = reader.uint()?;
        if !matches!(version, FIRST | WITH_EARLIER) {
            return Err(DecodeError::UnknownVersion(version));
        }
        if items != version + 6 {
            return Err(DecodeError::Malformed);
        }
        let mut identity = Identity::read(reader)?;
        let unlock_seed = if reader.null()? { None } else { Some(UnlockSeed(read_secret(reader)?)) };
        let (home_vault, home_genesis) = (reader.fixed()?, reader.fixed()?);
        if version == WITH_EARLIER {
            identity.read_earlier(reader)?;
        }
        reader.end()?;
        Ok((Self { identity, home_vault, home_genesis }, unlock_seed))
    }
}

fn local_keyset_key(root_key: &RootKey) -> Secret<32> {
    derive(&[], root_key.expose_bytes(), &Array::labelled(Label::KEYSET_LOCAL))
}

fn keyset_context(account_id: &AccountId) -> Array {
    Array::labelled(Label::KEYSET).bytes(account_id.as_bytes())
}
