//! The profile's header, `profile.keys`: the slots from which the root key is opened.

use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::{Label, ProfileId, SlotId};
use zeroize::Zeroizing;

use crate::v1::derive::derive;
use crate::v1::password::{KdfParams, KdfRefused, KdfSalt, StretchError, Stretched};
use crate::v1::seal::{SEAL_OVERHEAD, open, seal};
use crate::{OpenError, RootKey, SecretKey, SecretText};

/// The number of the file format. Zero is the development format: its profiles are for trying the program out, and
/// released programs refuse them.
pub const HEADER_FORMAT: u64 = 0;
/// The longest header file, in bytes.
pub const MAX_HEADER: usize = 16 * 1024;

const MAGIC: &str = "coffer profile";
const MAX_SLOTS: u64 = 16;
const SEALED_ROOT_KEY: usize = RootKey::LEN + SEAL_OVERHEAD;

/// Why a header file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The file is no header, or it is damaged.
    #[error("the profile's header is damaged: {0}")]
    Damaged(#[from] DecodeError),
    /// The file was written in a format that this program does not read.
    #[error("the profile is of format {0}, which this program does not read")]
    OtherFormat(u64),
    /// The costs of the password protection are out of bounds; nothing is derived with them.
    #[error(transparent)]
    Kdf(#[from] KdfRefused),
}

/// A password slot: the root key sealed under a password and the Secret Key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordSlot {
    slot_id: SlotId,
    salt: KdfSalt,
    params: KdfParams,
    sealed: [u8; SEALED_ROOT_KEY],
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
    /// The number of this kind of slot; 2 (quick unlock), 3 (recovery code), 4 (hardware key) and 5 (account) are
    /// reserved.
    const KIND: u64 = 1;

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
        let salt = KdfSalt::make(rng);
        let mut slot_id = [0; SlotId::LEN];
        rng.fill_bytes(&mut slot_id);
        let slot_id = SlotId::from_bytes(slot_id);
        let stretched = Stretched::derive(password, secret_key, &salt, params)?;
        let key = stretched.derive_slot_key(profile_id);
        let context = slot_context(profile_id, &slot_id);
        let boxed = seal(key.expose(), &context, root_key.expose_bytes(), rng);
        // The length is that of the type; a slot of zeros would not open.
        let sealed = boxed.try_into().unwrap_or([0; SEALED_ROOT_KEY]);
        Ok((Self { slot_id, salt, params, sealed }, stretched))
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
        let opened = open(key.expose(), &slot_context(profile_id, &self.slot_id), &self.sealed)?;
        let root_key = RootKey::from_slice(opened.expose()).map_err(|_| OpenError)?;
        Ok((root_key, stretched))
    }

    /// The costs of its password protection.
    #[must_use]
    pub fn params(&self) -> KdfParams {
        self.params
    }

    fn write(&self) -> Array {
        let Self { slot_id, salt, params, sealed } = self;
        let params = params.write_to(Array::new().bytes(&salt.0));
        Array::new().bytes(slot_id.as_bytes()).uint(Self::KIND).array(&params).bytes(sealed)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        reader.array(4)?;
        let slot_id = reader.fixed()?;
        match reader.uint()? {
            Self::KIND => {}
            other => return Err(DecodeError::UnknownKind(other).into()),
        }
        reader.array(4)?;
        let salt = KdfSalt(fixed(reader)?);
        let params = KdfParams::new(reader.uint32()?, reader.uint32()?, reader.uint32()?)?;
        Ok(Self { slot_id, salt, params, sealed: fixed(reader)? })
    }
}

fn slot_context(profile_id: &ProfileId, slot_id: &SlotId) -> Array {
    Array::labelled(Label::SLOT)
        .bytes(profile_id.as_bytes())
        .bytes(slot_id.as_bytes())
        .uint(PasswordSlot::KIND)
}

fn fixed<const N: usize>(reader: &mut Reader<'_>) -> Result<[u8; N], DecodeError> {
    reader.bytes_up_to(N)?.try_into().map_err(|_| DecodeError::Malformed)
}

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The profile.
    pub profile_id: ProfileId,
    /// Grows with every rewrite, and is mirrored in the database: an older header is refused.
    pub version: u64,
    /// The slots; there is at least one.
    pub slots: Vec<PasswordSlot>,
}

impl Header {
    /// Writes the file, with its authentication.
    #[must_use]
    pub fn to_file(&self, root_key: &RootKey) -> Vec<u8> {
        let body = self.write().encode();
        let mac = mac(root_key, &body).finalize().into_bytes();
        Array::new().text(MAGIC).uint(HEADER_FORMAT).bytes(&body).bytes(&mac).encode()
    }

    fn write(&self) -> Array {
        let Self { profile_id, version, slots } = self;
        let slots = slots.iter().fold(Array::new(), |all, slot| all.array(&slot.write()));
        Array::new().bytes(profile_id.as_bytes()).uint(*version).array(&slots)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        reader.array(3)?;
        let (profile_id, version) = (reader.fixed()?, reader.uint()?);
        let slots = (0..reader.array_up_to(MAX_SLOTS)?)
            .map(|_| PasswordSlot::read(reader))
            .collect::<Result<Vec<_>, _>>()?;
        reader.end()?;
        if slots.is_empty() {
            return Err(DecodeError::Malformed.into());
        }
        Ok(Self { profile_id, version, slots })
    }
}

/// A header file that has been read but not yet authenticated: that takes the root key, which its slots open.
#[derive(Clone, Debug)]
pub struct HeaderFile {
    header: Header,
    body: Vec<u8>,
    mac: [u8; 32],
}

impl HeaderFile {
    /// Reads a header file.
    ///
    /// # Errors
    /// If it is no header, damaged, of another format, or names costs that are out of bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        if bytes.len() > MAX_HEADER {
            return Err(DecodeError::TooLong.into());
        }
        let mut reader = Reader::new(bytes);
        // The number of items may be another in another format, so the format is asked for first.
        let items = reader.array_up_to(u64::MAX)?;
        if reader.text_up_to(MAGIC.len())? != MAGIC {
            return Err(DecodeError::Malformed.into());
        }
        match reader.uint()? {
            HEADER_FORMAT if items == 4 => {}
            HEADER_FORMAT => return Err(DecodeError::Malformed.into()),
            other => return Err(HeaderError::OtherFormat(other)),
        }
        let body = reader.bytes_up_to(MAX_HEADER)?.to_vec();
        let mac = fixed(&mut reader)?;
        reader.end()?;
        let header = Header::read(&mut Reader::new(&body))?;
        let again = Array::new().text(MAGIC).uint(HEADER_FORMAT).bytes(&body).bytes(&mac).encode();
        if header.write().encode() != body || again != bytes {
            return Err(DecodeError::NotCanonical.into());
        }
        Ok(Self { header, body, mac })
    }

    /// What it says, for finding the slot to open. Trust the rest only once it is authenticated.
    #[must_use]
    pub fn unverified(&self) -> &Header {
        &self.header
    }

    /// Whether the file is as it was written by somebody who had the root key.
    #[must_use]
    pub fn is_authentic(&self, root_key: &RootKey) -> bool {
        mac(root_key, &self.body).verify_slice(&self.mac).is_ok()
    }
}

fn mac(root_key: &RootKey, body: &[u8]) -> Hmac<Sha256> {
    let key = derive::<32>(&[], root_key.expose_bytes(), &Array::labelled(Label::HEADER));
    let message = Array::labelled(Label::HEADER).uint(HEADER_FORMAT).bytes(body);
    // HMAC fills a short key up with zeros to a block of its hash; taking a whole block cannot fail.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key.expose()).for_each(|(to, from)| *to = *from);
    Hmac::<Sha256>::new((&*block).into()).chain_update(message.encode())
}
