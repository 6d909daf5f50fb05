//! Items: the typed records of a vault, as they are once opened.

mod model;
mod names;
mod payload;
mod template;
mod unknown;

pub use model::{
    Attachment, Field, FieldId, FieldKind, Flags, Item, ItemType, PastValue, Role, Superseded, Timestamp,
};
pub use names::{host, hosts, safe_file_name, safe_to_show, subtitle};
pub(crate) use payload::key;
pub use payload::{PayloadError, decode, encode, limits};
pub use template::{role_from_name, role_name, template};
pub use unknown::Unknown;

/// What fields and notes are made of; here so that importers and use-cases need no other crate for it.
pub use vault_crypto::SecretText;
