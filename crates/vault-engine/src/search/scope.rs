use vault_wire::VaultId;

use crate::item::ItemType;

/// The items in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All items that are neither archived nor in the trash.
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
    /// The items in the trash.
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
    /// By last change, newest first.
    Modified,
    /// By creation, newest first.
    Created,
}
