//! Slots of the profile's header: each contains the root key, sealed for one unlock method.

use rand_core::CryptoRng;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::{AccountId, Label, ProfileId, SlotId};

use crate::keys::{QuickKey, RecoveryCode, RootKey, SecretKey, UnlockSeed};
use crate::secret::Secret;
use crate::text::SecretText;
use crate::v1::content::read_array;
use crate::v1::derive::derive;
use crate::v1::password::{KdfParams, KdfParamsError, KdfSalt, StretchError, StretchedPassword};
use crate::v1::seal::OpenError;
use crate::v1::seal::{SEAL_OVERHEAD, open, seal};

const SEALED_ROOT_KEY: usize = RootKey::LEN + SEAL_OVERHEAD;

/// A key slot of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Opened by a password and the Secret Key.
    Password(PasswordSlot),
    /// Opened by a key without the password.
    Key(KeySlot),
}

/// The kinds of slot. Number 4 is reserved for hardware keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotKind {
    /// Password and Secret Key.
    Password,
    /// A key stored by the operating system.
    Quick,
    /// The recovery code.
    Recovery,
    /// The account's unlock seed.
    Account,
}

/// The reason why a slot cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SlotError {
    /// The slot is damaged.
    #[error(transparent)]
    Damaged(#[from] DecodeError),
    /// The KDF costs are out of bounds.
    #[error(transparent)]
    Kdf(#[from] KdfParamsError),
}

impl Slot {
    /// Returns its kind.
    #[must_use]
    pub fn kind(&self) -> SlotKind {
        match self {
            Self::Password(_) => SlotKind::Password,
            Self::Key(slot) => slot.key_kind.slot_kind(),
        }
    }

    /// Returns its id, unique within the profile.
    #[must_use]
    pub fn id(&self) -> &SlotId {
        match self {
            Self::Password(slot) => &slot.sealed.slot_id,
            Self::Key(slot) => &slot.sealed.slot_id,
        }
    }

    pub(super) fn write(&self) -> Array {
        let (params, SealedRootKey { slot_id, bytes }) = match self {
            Self::Password(PasswordSlot { salt, params, sealed }) => {
                (params.write_to(Array::new().bytes(&salt.0)), sealed)
            }
            Self::Key(KeySlot { key_kind, sealed }) => match key_kind {
                KeyKind::Quick | KeyKind::Recovery => (Array::new(), sealed),
                KeyKind::Account(account) => (Array::new().bytes(account.as_bytes()), sealed),
            },
        };
        Array::new().bytes(slot_id.as_bytes()).uint(self.kind().number()).array(&params).bytes(bytes)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SlotError> {
        reader.array(4)?;
        let slot_id = reader.fixed()?;
        let kind = SlotKind::from_number(reader.uint()?)?;
        let key_kind = match kind {
            SlotKind::Password => {
                reader.array(4)?;
                let salt = KdfSalt(read_array(reader)?);
                let params = KdfParams::new(reader.uint32()?, reader.uint32()?, reader.uint32()?)?;
                let sealed = SealedRootKey { slot_id, bytes: read_array(reader)? };
                return Ok(Self::Password(PasswordSlot { salt, params, sealed }));
            }
            SlotKind::Quick | SlotKind::Recovery => {
                reader.array(0)?;
                if kind == SlotKind::Quick { KeyKind::Quick } else { KeyKind::Recovery }
            }
            SlotKind::Account => {
                reader.array(1)?;
                KeyKind::Account(reader.fixed()?)
            }
        };
        Ok(Self::Key(KeySlot { key_kind, sealed: SealedRootKey { slot_id, bytes: read_array(reader)? } }))
    }
}

impl SlotKind {
    fn number(self) -> u64 {
        match self {
            Self::Password => 1,
            Self::Quick => 2,
            Self::Recovery => 3,
            Self::Account => 5,
        }
    }

    fn from_number(number: u64) -> Result<Self, DecodeError> {
        let all = [Self::Password, Self::Quick, Self::Recovery, Self::Account];
        all.into_iter().find(|kind| kind.number() == number).ok_or(DecodeError::UnknownKind(number))
    }
}

/// The sealed root key, and the slot id that is part of its context.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SealedRootKey {
    slot_id: SlotId,
    bytes: [u8; SEALED_ROOT_KEY],
}

impl SealedRootKey {
    fn make(
        slot_id: SlotId,
        kind: SlotKind,
        profile_id: &ProfileId,
        key: &Secret<32>,
        root_key: &RootKey,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let boxed = seal(key.expose(), &context(profile_id, &slot_id, kind), root_key.expose_bytes(), rng);
        // Sealing gives exactly this length; the fallback of zeros would not open.
        Self { slot_id, bytes: boxed.try_into().unwrap_or([0; SEALED_ROOT_KEY]) }
    }

    fn open(&self, kind: SlotKind, profile_id: &ProfileId, key: &Secret<32>) -> Result<RootKey, OpenError> {
        let opened = open(key.expose(), &context(profile_id, &self.slot_id, kind), &self.bytes)?;
        RootKey::from_slice(opened.expose()).map_err(|_| OpenError)
    }
}

fn context(profile_id: &ProfileId, slot_id: &SlotId, kind: SlotKind) -> Array {
    Array::labelled(Label::SLOT).bytes(profile_id.as_bytes()).bytes(slot_id.as_bytes()).uint(kind.number())
}

fn make_slot_id(rng: &mut impl CryptoRng) -> SlotId {
    let mut slot_id = [0; SlotId::LEN];
    rng.fill_bytes(&mut slot_id);
    SlotId::from_bytes(slot_id)
}

/// A password slot: the root key sealed under a password and the Secret Key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordSlot {
    salt: KdfSalt,
    params: KdfParams,
    sealed: SealedRootKey,
}

/// The reason why a slot could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// The password or the Secret Key is wrong, or the slot is damaged; these are indistinguishable.
    #[error("the password or the Secret Key is wrong")]
    Wrong(#[from] OpenError),
    /// The password could not be stretched.
    #[error(transparent)]
    Stretch(#[from] StretchError),
}

impl PasswordSlot {
    /// Makes a slot for a password; also returns the stretched password.
    ///
    /// # Errors
    /// If the password cannot be stretched.
    pub fn make(
        profile_id: &ProfileId,
        root_key: &RootKey,
        password: &SecretText,
        secret_key: &SecretKey,
        params: KdfParams,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, StretchedPassword), StretchError> {
        let (salt, slot_id) = (KdfSalt::make(rng), make_slot_id(rng));
        let stretched = StretchedPassword::derive(password, secret_key, &salt, params)?;
        let key = stretched.derive_slot_key(profile_id);
        let sealed = SealedRootKey::make(slot_id, SlotKind::Password, profile_id, &key, root_key, rng);
        Ok((Self { salt, params, sealed }, stretched))
    }

    /// Opens the root key. Runs Argon2id; also returns the stretched password, which opens the root box.
    ///
    /// # Errors
    /// If the password or Secret Key is wrong, or the password cannot be stretched.
    pub fn open(
        &self,
        profile_id: &ProfileId,
        password: &SecretText,
        secret_key: &SecretKey,
    ) -> Result<(RootKey, StretchedPassword), UnlockError> {
        let stretched = StretchedPassword::derive(password, secret_key, &self.salt, self.params)?;
        let key = stretched.derive_slot_key(profile_id);
        Ok((self.sealed.open(SlotKind::Password, profile_id, &key)?, stretched))
    }

    /// Returns its KDF costs.
    #[must_use]
    pub fn params(&self) -> KdfParams {
        self.params
    }
}

/// A slot opened by a key without the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySlot {
    key_kind: KeyKind,
    sealed: SealedRootKey,
}

/// The kind of key that opens a [`KeySlot`].
#[derive(Clone, Debug, PartialEq, Eq)]
enum KeyKind {
    Quick,
    Recovery,
    Account(AccountId),
}

/// A key that opens a [`KeySlot`].
#[derive(Clone, Copy)]
pub enum SlotKey<'a> {
    /// Stored by the operating system.
    Quick(&'a QuickKey),
    /// The recovery code.
    Recovery(&'a RecoveryCode),
    /// From the server's copy of this account's keyset.
    Account(&'a AccountId, &'a UnlockSeed),
}

impl KeySlot {
    /// Makes a slot for a key.
    #[must_use]
    pub fn make(
        profile_id: &ProfileId,
        root_key: &RootKey,
        key: SlotKey<'_>,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let key_kind = key.key_kind();
        let sealed = SealedRootKey::make(
            make_slot_id(rng),
            key_kind.slot_kind(),
            profile_id,
            &key.derive(profile_id),
            root_key,
            rng,
        );
        Self { key_kind, sealed }
    }

    /// Opens the root key.
    ///
    /// # Errors
    /// If the key is wrong or for another kind of slot, or the slot is damaged.
    pub fn open(&self, profile_id: &ProfileId, key: SlotKey<'_>) -> Result<RootKey, OpenError> {
        if key.key_kind() != self.key_kind {
            return Err(OpenError);
        }
        self.sealed.open(self.key_kind.slot_kind(), profile_id, &key.derive(profile_id))
    }

    /// Returns the account whose unlock seed opens it, for an account slot.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        match &self.key_kind {
            KeyKind::Account(account) => Some(account),
            KeyKind::Quick | KeyKind::Recovery => None,
        }
    }
}

impl KeyKind {
    fn slot_kind(&self) -> SlotKind {
        match self {
            Self::Quick => SlotKind::Quick,
            Self::Recovery => SlotKind::Recovery,
            Self::Account(_) => SlotKind::Account,
        }
    }
}

impl SlotKey<'_> {
    /// Returns the kind of slot that it opens.
    #[must_use]
    pub fn kind(self) -> SlotKind {
        self.key_kind().slot_kind()
    }

    fn key_kind(self) -> KeyKind {
        match self {
            Self::Quick(_) => KeyKind::Quick,
            Self::Recovery(_) => KeyKind::Recovery,
            Self::Account(account, _) => KeyKind::Account(*account),
        }
    }

    fn derive(self, profile_id: &ProfileId) -> Secret<32> {
        let (key, label): (&[u8], _) = match self {
            Self::Quick(key) => (key.expose_bytes(), Label::SLOT_QUICK),
            Self::Recovery(code) => (code.expose_bytes(), Label::SLOT_RECOVERY),
            Self::Account(_, seed) => (seed.expose_bytes(), Label::SLOT_ACCOUNT),
        };
        derive(profile_id.as_bytes(), key, &Array::labelled(label))
    }
}
