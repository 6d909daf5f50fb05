//! The profile's header, `profile.keys`: the slots that contain the sealed root key.

use std::cmp::Ordering;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::{Label, ProfileId, SlotId};
use zeroize::Zeroizing;

use crate::keys::RootKey;
use crate::v1::content::read_array;
use crate::v1::derive::derive;
use crate::v1::password::KdfParamsError;
use crate::v1::slot::{PasswordSlot, Slot, SlotError, SlotKind};

/// The version of the file format. Version 0 was used during development and is rejected.
pub const HEADER_FORMAT: u64 = 1;
/// Maximum length of a header file, in bytes.
pub const MAX_HEADER: usize = 16 * 1024;

const MAGIC: &str = "coffer profile";
const MAX_SLOTS: u64 = 16;

/// The reason why a header file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The file is not a header, or it is damaged.
    #[error("the profile's header is damaged: {0}")]
    Damaged(#[from] DecodeError),
    /// The file has an unsupported format version.
    #[error("the profile has format {0}, which this program does not support")]
    OtherFormat(u64),
    /// The KDF costs are out of bounds.
    #[error(transparent)]
    Kdf(#[from] KdfParamsError),
    /// The slots do not form a valid header.
    #[error("the profile's header is damaged: {0}")]
    Slots(#[from] SlotsError),
}

impl From<SlotError> for HeaderError {
    fn from(error: SlotError) -> Self {
        match error {
            SlotError::Damaged(error) => Self::Damaged(error),
            SlotError::Kdf(error) => Self::Kdf(error),
        }
    }
}

/// The reason why slots do not form a valid header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotsError {
    /// There is no password slot, which every profile must have.
    #[error("there is no password slot")]
    NoPassword,
    /// There are more than 16 slots.
    #[error("there are too many slots")]
    TooMany,
    /// There are two slots of a kind that may occur once: quick unlock or account.
    #[error("there are two slots of a kind that may occur only once")]
    TwoOfAKind,
    /// Two slots have the same id.
    #[error("two slots have the same id")]
    Repeated,
    /// The slots are not ordered by kind and then by id.
    #[error("the slots are out of order")]
    Order,
}

/// The content of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    profile_id: ProfileId,
    version: u64,
    /// Ordered by kind, then by id; at least one is a password slot.
    slots: Vec<Slot>,
}

impl Header {
    /// Creates the header of a new profile, with version 1.
    #[must_use]
    pub fn new(profile_id: ProfileId, password: PasswordSlot) -> Self {
        Self { profile_id, version: 1, slots: vec![Slot::Password(password)] }
    }

    /// Creates the next version of this header, with these slots.
    ///
    /// # Errors
    /// If the slots do not form a valid header.
    pub fn next(&self, mut slots: Vec<Slot>) -> Result<Self, SlotsError> {
        slots.sort_by_key(|slot| (slot.kind(), *slot.id()));
        check(&slots)?;
        // Incremented once per rewrite, so it never reaches the maximum.
        Ok(Self { profile_id: self.profile_id, version: self.version.saturating_add(1), slots })
    }

    /// Returns the profile id.
    #[must_use]
    pub fn profile_id(&self) -> &ProfileId {
        &self.profile_id
    }

    /// Returns the version. It increases with every rewrite and is pinned in the database, so that an older
    /// header is detected.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Returns the slots, ordered by kind and then by id.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Returns the password slots; there is at least one.
    pub fn password_slots(&self) -> impl Iterator<Item = &PasswordSlot> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Password(slot) => Some(slot),
            Slot::Key(_) => None,
        })
    }

    /// Encodes the file, with its MAC.
    #[must_use]
    pub fn to_file(&self, root_key: &RootKey) -> Vec<u8> {
        let body = self.write().encode();
        let mac = mac(root_key, &body).finalize().into_bytes();
        Array::new().text(MAGIC).uint(HEADER_FORMAT).bytes(&body).bytes(&mac).encode()
    }

    /// Returns the pin of this header.
    #[must_use]
    pub fn pin(&self, root_key: &RootKey) -> HeaderPin {
        let mac = mac(root_key, &self.write().encode()).finalize().into_bytes();
        HeaderPin { version: self.version, mac: mac.into() }
    }

    fn write(&self) -> Array {
        let Self { profile_id, version, slots } = self;
        let slots = slots.iter().fold(Array::new(), |all, slot| all.array(&slot.write()));
        Array::new().bytes(profile_id.as_bytes()).uint(*version).array(&slots)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HeaderError> {
        reader.array(3)?;
        let (profile_id, version) = (reader.fixed()?, reader.uint()?);
        let count = reader.array_up_to(MAX_SLOTS).map_err(|error| match error {
            DecodeError::TooLong => HeaderError::Slots(SlotsError::TooMany),
            other => other.into(),
        })?;
        let slots = (0..count).map(|_| Slot::read(reader)).collect::<Result<Vec<_>, SlotError>>()?;
        reader.end()?;
        check(&slots)?;
        Ok(Self { profile_id, version, slots })
    }
}

/// Checks that the slots form a valid header, in this order.
fn check(slots: &[Slot]) -> Result<(), SlotsError> {
    let of_kind = |kind| slots.iter().filter(|slot| slot.kind() == kind).count();
    let mut ids: Vec<&SlotId> = slots.iter().map(Slot::id).collect();
    ids.sort_unstable();
    ids.dedup();
    if slots.len() as u64 > MAX_SLOTS {
        Err(SlotsError::TooMany)
    } else if of_kind(SlotKind::Password) == 0 {
        Err(SlotsError::NoPassword)
    } else if of_kind(SlotKind::Quick) > 1 || of_kind(SlotKind::Account) > 1 {
        Err(SlotsError::TwoOfAKind)
    } else if ids.len() < slots.len() {
        Err(SlotsError::Repeated)
    } else if !slots.is_sorted_by_key(|slot| (slot.kind(), slot.id())) {
        Err(SlotsError::Order)
    } else {
        Ok(())
    }
}

/// A parsed header file that is not yet authenticated: that requires the root key, which its slots contain.
#[derive(Clone, Debug)]
pub struct HeaderFile {
    header: Header,
    body: Vec<u8>,
    mac: [u8; 32],
}

impl HeaderFile {
    /// Parses a header file.
    ///
    /// # Errors
    /// If it is not a header, damaged, of another format, or has KDF costs out of bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        if bytes.len() > MAX_HEADER {
            return Err(DecodeError::TooLong.into());
        }
        let mut reader = Reader::new(bytes);
        // Other formats may have another number of items, so the format is checked first.
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
        let mac = read_array(&mut reader)?;
        reader.end()?;
        let header = Header::read(&mut Reader::new(&body))?;
        let again = Array::new().text(MAGIC).uint(HEADER_FORMAT).bytes(&body).bytes(&mac).encode();
        if header.write().encode() != body || again != bytes {
            return Err(DecodeError::NotCanonical.into());
        }
        Ok(Self { header, body, mac })
    }

    /// Returns the unauthenticated content, for finding the slot to open.
    #[must_use]
    pub fn unverified(&self) -> &Header {
        &self.header
    }

    /// Returns the pin of this header. Use it only after authentication.
    #[must_use]
    pub fn pin(&self) -> HeaderPin {
        HeaderPin { version: self.header.version, mac: self.mac }
    }

    /// Returns whether the file's MAC is valid under the root key.
    #[must_use]
    pub fn is_authentic(&self, root_key: &RootKey) -> bool {
        mac(root_key, &self.body).verify_slice(&self.mac).is_ok()
    }
}

/// A pin of a header. Later headers must not be older, nor differ at the same version.
#[derive(Clone, Copy, Debug)]
pub struct HeaderPin {
    version: u64,
    mac: [u8; 32],
}

/// The header is neither the pinned one nor a later one: an old header was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the profile's header is older than the one it was last opened with")]
pub struct HeaderOutdated;

impl HeaderPin {
    /// Length of the encoding.
    pub const LEN: usize = 40;

    /// Encodes the pin: the version, big-endian, then the header's MAC.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let all = self.version.to_be_bytes().into_iter().chain(self.mac);
        bytes.iter_mut().zip(all).for_each(|(to, from)| *to = from);
        bytes
    }

    /// Decodes the output of [`HeaderPin::to_bytes`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        let (mut version, mut mac) = ([0; 8], [0; 32]);
        version.iter_mut().chain(&mut mac).zip(bytes).for_each(|(to, from)| *to = *from);
        Self { version: u64::from_be_bytes(version), mac }
    }

    /// Returns the version of the pinned header.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Checks another header against the pin; returns whether it is a later one.
    ///
    /// # Errors
    /// If its version is lower, or the same with another MAC.
    pub fn check(&self, found: &Self) -> Result<bool, HeaderOutdated> {
        match found.version.cmp(&self.version) {
            Ordering::Greater => Ok(true),
            Ordering::Equal if bool::from(self.mac.ct_eq(&found.mac)) => Ok(false),
            Ordering::Equal | Ordering::Less => Err(HeaderOutdated),
        }
    }
}

fn mac(root_key: &RootKey, body: &[u8]) -> Hmac<Sha256> {
    let key = derive::<32>(&[], root_key.expose_bytes(), &Array::labelled(Label::HEADER));
    let message = Array::labelled(Label::HEADER).uint(HEADER_FORMAT).bytes(body);
    // HMAC pads a short key with zeros to the block size of its hash; passing a whole block cannot fail.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key.expose()).for_each(|(to, from)| *to = *from);
    Hmac::<Sha256>::new((&*block).into()).chain_update(message.encode())
}
