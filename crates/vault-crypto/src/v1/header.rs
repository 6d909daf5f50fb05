//! The profile's header, `profile.keys`: the slots from which the root key is opened.

use std::cmp::Ordering;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::{Label, ProfileId, SlotId};
use zeroize::Zeroizing;

use crate::RootKey;
use crate::v1::derive::derive;
use crate::v1::password::KdfRefused;
use crate::v1::slot::{PasswordSlot, Slot, SlotKind};

/// The number of the file format. Zero was the format while it was developed; its profiles are refused.
pub const HEADER_FORMAT: u64 = 1;
/// The longest header file, in bytes.
pub const MAX_HEADER: usize = 16 * 1024;

const MAGIC: &str = "coffer profile";
const MAX_SLOTS: u64 = 16;

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
    /// The slots do not make a header together.
    #[error("the profile's header is damaged: {0}")]
    Slots(#[from] SlotsError),
}

/// Why slots do not make a header together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotsError {
    /// A profile always opens by password and Secret Key, too.
    #[error("there is no password slot")]
    NoPassword,
    /// There are more than 16.
    #[error("there are too many slots")]
    TooMany,
    /// There are two of a kind of which there may be one: quick unlock or account.
    #[error("there are two slots of a kind that may be there once")]
    TwoOfAKind,
    /// Two have the same id.
    #[error("two slots have the same id")]
    Repeated,
    /// They do not stand in the order of their kinds, and in one kind of their ids.
    #[error("the slots are out of order")]
    Order,
}

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    profile_id: ProfileId,
    version: u64,
    /// At least one of them is a password slot; ordered by kind, then by id.
    slots: Vec<Slot>,
}

impl Header {
    /// The header of a new profile, its version 1.
    #[must_use]
    pub fn new(profile_id: ProfileId, password: PasswordSlot) -> Self {
        Self { profile_id, version: 1, slots: vec![Slot::Password(password)] }
    }

    /// The header that follows on this one, with these slots in the place of its own.
    ///
    /// # Errors
    /// If the slots do not make a header.
    pub fn next(&self, mut slots: Vec<Slot>) -> Result<Self, SlotsError> {
        slots.sort_by_key(|slot| (slot.kind(), *slot.id()));
        check(&slots)?;
        // A version is counted up by hand, once per rewrite; it does not come near its end.
        Ok(Self { profile_id: self.profile_id, version: self.version.saturating_add(1), slots })
    }

    /// The profile.
    #[must_use]
    pub fn profile_id(&self) -> &ProfileId {
        &self.profile_id
    }

    /// Grows with every rewrite, and is remembered in the database: an older header is refused.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The slots, ordered by kind and then by id.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Those that a password opens; there is at least one.
    pub fn password_slots(&self) -> impl Iterator<Item = &PasswordSlot> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Password(slot) => Some(slot),
            Slot::Key(_) => None,
        })
    }

    /// Writes the file, with its authentication.
    #[must_use]
    pub fn to_file(&self, root_key: &RootKey) -> Vec<u8> {
        let body = self.write().encode();
        let mac = mac(root_key, &body).finalize().into_bytes();
        Array::new().text(MAGIC).uint(HEADER_FORMAT).bytes(&body).bytes(&mac).encode()
    }

    /// What to remember of it.
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
        let slots = (0..count).map(|_| Slot::read(reader)).collect::<Result<Vec<_>, _>>()?;
        reader.end()?;
        check(&slots)?;
        Ok(Self { profile_id, version, slots })
    }
}

/// Checks that slots make a header, in this order.
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

    /// What to remember of it, once it is authenticated.
    #[must_use]
    pub fn pin(&self) -> HeaderPin {
        HeaderPin { version: self.header.version, mac: self.mac }
    }

    /// Whether the file is as it was written by somebody who had the root key.
    #[must_use]
    pub fn is_authentic(&self, root_key: &RootKey) -> bool {
        mac(root_key, &self.body).verify_slice(&self.mac).is_ok()
    }
}

/// What is remembered of a header: of all that come later, none may be older, and none of the same version another.
#[derive(Clone, Copy, Debug)]
pub struct HeaderPin {
    version: u64,
    mac: [u8; 32],
}

/// A header that is not the one that was remembered, nor a later one: somebody put an old one back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the profile's header is older than the one it was last opened with")]
pub struct HeaderOutdated;

impl HeaderPin {
    /// Its length as bytes.
    pub const LEN: usize = 40;

    /// The form in which it is remembered: the version, big-endian, then the header's authentication.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let all = self.version.to_be_bytes().into_iter().chain(self.mac);
        bytes.iter_mut().zip(all).for_each(|(to, from)| *to = from);
        bytes
    }

    /// Reads what [`HeaderPin::to_bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        let (mut version, mut mac) = ([0; 8], [0; 32]);
        version.iter_mut().chain(&mut mac).zip(bytes).for_each(|(to, from)| *to = *from);
        Self { version: u64::from_be_bytes(version), mac }
    }

    /// The version of the header that is remembered.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Judges a header by what was remembered before, and tells whether it is a later one.
    ///
    /// # Errors
    /// If its version is lower, or the same with another authentication.
    pub fn is_followed_by(&self, found: &Self) -> Result<bool, HeaderOutdated> {
        match found.version.cmp(&self.version) {
            Ordering::Greater => Ok(true),
            Ordering::Equal if bool::from(self.mac.ct_eq(&found.mac)) => Ok(false),
            Ordering::Equal | Ordering::Less => Err(HeaderOutdated),
        }
    }
}

pub(super) fn fixed<const N: usize>(reader: &mut Reader<'_>) -> Result<[u8; N], DecodeError> {
    reader.bytes_up_to(N)?.try_into().map_err(|_| DecodeError::Malformed)
}

fn mac(root_key: &RootKey, body: &[u8]) -> Hmac<Sha256> {
    let key = derive::<32>(&[], root_key.expose_bytes(), &Array::labelled(Label::HEADER));
    let message = Array::labelled(Label::HEADER).uint(HEADER_FORMAT).bytes(body);
    // HMAC fills a short key up with zeros to a block of its hash; taking a whole block cannot fail.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key.expose()).for_each(|(to, from)| *to = *from);
    Hmac::<Sha256>::new((&*block).into()).chain_update(message.encode())
}
