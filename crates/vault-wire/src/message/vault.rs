//! Heads of vault logs.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::message::MAX_VAULTS;
use crate::{EntryHash, Root, VaultId};

/// The head of a vault's log, as stated by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultHead {
    /// The vault.
    pub vault_id: VaultId,
    /// Number of entries.
    pub seq: u64,
    /// Root after those entries.
    pub root: Root,
    /// The current epoch.
    pub epoch: u32,
    /// The last roster record.
    pub last_record: EntryHash,
}

impl VaultHead {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for VaultHead {
    const MAX_LEN: usize = 2 + 17 + 9 + 34 + 5 + 34;

    fn write(&self) -> Array {
        let Self { vault_id, seq, root, epoch, last_record } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(vault_id.as_bytes())
            .uint(*seq)
            .bytes(root.as_bytes())
            .uint((*epoch).into())
            .bytes(last_record.as_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            vault_id: reader.fixed()?,
            seq: reader.uint()?,
            root: reader.fixed()?,
            epoch: reader.uint32()?,
            last_record: reader.fixed()?,
        })
    }
}

/// A page of the vaults of which an account is a member, ordered by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultList {
    /// The heads.
    pub vaults: Vec<VaultHead>,
    /// The last id of this page, after which the next page begins; `None` if there are no more.
    pub next: Option<VaultId>,
}

impl VaultList {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Ids are strictly ascending, and `next` is the last id of the page.
    fn consistent(&self) -> bool {
        let ids = || self.vaults.iter().map(|head| head.vault_id);
        ids().is_sorted_by(|a, b| a < b) && self.next.is_none_or(|next| ids().next_back() == Some(next))
    }
}

impl Canonical for VaultList {
    const MAX_LEN: usize = 5 + VaultHead::MAX_LEN * 1000 + 17;

    fn write(&self) -> Array {
        let Self { vaults, next } = self;
        let vaults = vaults.iter().fold(Array::new(), |list, head| list.array(&head.write()));
        Array::new()
            .uint(Self::VERSION)
            .array(&vaults)
            .bytes_or_null(next.as_ref().map(|id| id.as_bytes().as_slice()))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.version(Self::VERSION)?;
        let page = Self { vaults: reader.list(MAX_VAULTS, VaultHead::read)?, next: reader.fixed_or_null()? };
        if page.consistent() { Ok(page) } else { Err(DecodeError::Malformed) }
    }
}
