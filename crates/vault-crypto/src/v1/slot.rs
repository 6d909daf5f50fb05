//! Slots of the profile's header: each opens the root key in a way of its own.

use rand_core::CryptoRng;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::{AccountId, Label, ProfileId, SlotId};

use super::header::{HeaderError, fixed};
use crate::secret::Secret;
use crate::v1::derive::derive;
use crate::v1::password::{KdfParams, KdfSalt, StretchError, Stretched};
use crate::v1::seal::{SEAL_OVERHEAD, open, seal};
use crate::{OpenError, QuickKey, RecoveryCode, RootKey, SecretKey, SecretText, UnlockSeed};

const SEALED_ROOT_KEY: usize = RootKey::LEN + SEAL_OVERHEAD;

/// A slot of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Opened by a password and the Secret Key.
    Password(PasswordSlot),
    /// Opened by a key alone.
    Key(KeySlot),
}

/// The kinds of slot, with their numbers. Number 4 is kept for hardware keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotKind {
    /// Password and Secret Key.
    Password,
    /// A key that the operating system holds.
    Quick,
    /// The recovery code.
    Recovery,
    /// The account's unlock seed.
    Account,
}

impl Slot {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> SlotKind {
        match self {
            Self::Password(_) => SlotKind::Password,
            Self::Key(slot) => slot.lock.kind(),
        }
    }

    /// Its id, which no other slot of the profile has.
    #[must_use]
    pub fn id(&self) -> &SlotId {
        match self {
            Self::Password(slot) => &slot.sealed.slot_id,
            Self::Key(slot) => &slot.sealed.slot_id,
        }
    }

    pub(super) fn write(&self) -> Array {
        let (params, Sealed { slot_id, bytes }) = match self {
            Self::Password(PasswordSlot { salt, params, sealed }) => {
                (params.write_to(Array::new().bytes(&salt.0)), sealed)
            }
            Self::Key(KeySlot { lock, sealed }) => match lock {
                Lock::Quick | Lock::Recovery => (Array::new(), sealed),
                Lock::Account(account) => (Array::new().bytes(account.as_bytes()), sealed),
            },
        };
        Array::new().bytes(slot_id.as_bytes()).uint(self.kind().number()).array(&params).bytes(bytes)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        reader.array(4)?;
        let slot_id = reader.fixed()?;
        let kind = SlotKind::of_number(reader.uint()?)?;
        let lock = match kind {
            SlotKind::Password => {
                reader.array(4)?;
                let salt = KdfSalt(fixed(reader)?);
                let params = KdfParams::new(reader.uint32()?, reader.uint32()?, reader.uint32()?)?;
                let sealed = Sealed { slot_id, bytes: fixed(reader)? };
                return Ok(Self::Password(PasswordSlot { salt, params, sealed }));
            }
            SlotKind::Quick | SlotKind::Recovery => {
                reader.array(0)?;
                if kind == SlotKind::Quick { Lock::Quick } else { Lock::Recovery }
            }
            SlotKind::Account => {
                reader.array(1)?;
                Lock::Account(reader.fixed()?)
            }
        };
        Ok(Self::Key(KeySlot { lock, sealed: Sealed { slot_id, bytes: fixed(reader)? } }))
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

    fn of_number(number: u64) -> Result<Self, DecodeError> {
        let all = [Self::Password, Self::Quick, Self::Recovery, Self::Account];
        all.into_iter().find(|kind| kind.number() == number).ok_or(DecodeError::UnknownKind(number))
    }
}

/// The sealed root key, and the id that stands in its context.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sealed {
    slot_id: SlotId,
    bytes: [u8; SEALED_ROOT_KEY],
}

impl Sealed {
    fn make(
        slot_id: SlotId,
        kind: SlotKind,
        profile_id: &ProfileId,
        key: &Secret<32>,
        root_key: &RootKey,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let boxed = seal(key.expose(), &context(profile_id, &slot_id, kind), root_key.expose_bytes(), rng);
        // The length is that of the type; a slot of zeros would not open.
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
    sealed: Sealed,
}

/// Why a slot did not give the root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// The password or the Secret Key is wrong, or the slot is damaged: these cannot be told apart.
    #[error("the password or the Secret Key is wrong")]
    Wrong(#[from] OpenError),
    /// The password could not be tried.
    #[error(transparent)]
    Stretch(#[from] StretchError),
}

impl PasswordSlot {
    /// Makes a slot for a password, and gives what the password was stretched to.
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
    ) -> Result<(Self, Stretched), StretchError> {
        let (salt, slot_id) = (KdfSalt::make(rng), make_slot_id(rng));
        let stretched = Stretched::derive(password, secret_key, &salt, params)?;
        let key = stretched.derive_slot_key(profile_id);
        let sealed = Sealed::make(slot_id, SlotKind::Password, profile_id, &key, root_key, rng);
        Ok((Self { salt, params, sealed }, stretched))
    }

    /// Opens the root key. This runs Argon2id; the stretched password is given too, for it opens the root box.
    ///
    /// # Errors
    /// If the password or Secret Key is wrong, or the password cannot be stretched.
    pub fn open(
        &self,
        profile_id: &ProfileId,
        password: &SecretText,
        secret_key: &SecretKey,
    ) -> Result<(RootKey, Stretched), UnlockError> {
        let stretched = Stretched::derive(password, secret_key, &self.salt, self.params)?;
        let key = stretched.derive_slot_key(profile_id);
        Ok((self.sealed.open(SlotKind::Password, profile_id, &key)?, stretched))
    }

    /// The costs of its password protection.
    #[must_use]
    pub fn params(&self) -> KdfParams {
        self.params
    }
}

/// A slot that a key opens by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySlot {
    lock: Lock,
    sealed: Sealed,
}

/// What a [`KeySlot`] is opened by, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lock {
    Quick,
    Recovery,
    Account(AccountId),
}

/// A key that opens a [`KeySlot`] by itself.
#[derive(Clone, Copy)]
pub enum SlotKey<'a> {
    /// Held by the operating system.
    Quick(&'a QuickKey),
    /// Typed from paper.
    Recovery(&'a RecoveryCode),
    /// From the keyset of this account on its server.
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
        let lock = key.lock();
        let sealed =
            Sealed::make(make_slot_id(rng), lock.kind(), profile_id, &key.derive(profile_id), root_key, rng);
        Self { lock, sealed }
    }

    /// Opens the root key.
    ///
    /// # Errors
    /// If the key is another one or for another kind of slot, or the slot is damaged.
    pub fn open(&self, profile_id: &ProfileId, key: SlotKey<'_>) -> Result<RootKey, OpenError> {
        if key.lock() != self.lock {
            return Err(OpenError);
        }
        self.sealed.open(self.lock.kind(), profile_id, &key.derive(profile_id))
    }

    /// The account whose unlock seed opens it, if it is a slot of that kind.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        match &self.lock {
            Lock::Account(account) => Some(account),
            Lock::Quick | Lock::Recovery => None,
        }
    }
}

impl Lock {
    fn kind(&self) -> SlotKind {
        match self {
            Self::Quick => SlotKind::Quick,
            Self::Recovery => SlotKind::Recovery,
            Self::Account(_) => SlotKind::Account,
        }
    }
}

impl SlotKey<'_> {
    /// The kind of slot that it opens.
    #[must_use]
    pub fn kind(self) -> SlotKind {
        self.lock().kind()
    }

    fn lock(self) -> Lock {
        match self {
            Self::Quick(_) => Lock::Quick,
            Self::Recovery(_) => Lock::Recovery,
            Self::Account(account, _) => Lock::Account(*account),
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
