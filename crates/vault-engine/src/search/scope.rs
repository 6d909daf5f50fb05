use vault_wire::VaultId;

use crate::item::ItemType;

/// Which items a list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All that are neither in the trash nor archived.
    All,
    /// Of these, the favourites.
    Favourites,
    /// Of these, the ones of a type.
    Type(ItemType),
    /// Of these, the ones with a tag.
    Tag(String),
    /// Of these, the ones in a folder or below it.
    Folder(String),
    /// Of these, the ones of a vault.
    Vault(VaultId),
    /// The archived ones.
    Archive,
    /// What lies in the trash.
    Trash,
    /// The templates for new items, which are in no other list.
    Templates,
}

/// The order of a list without search text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By title.
    #[default]
    Title,
    /// Last changed first.
    Modified,
    /// Newest first.
    Created,
}
