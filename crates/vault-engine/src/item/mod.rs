//! Items: the typed records of a vault, in decrypted form.

mod day;
mod field_kind;
mod file_name;
mod hosts;
mod item_type;
mod model;
mod numbered;
mod passkey;
mod payload;
mod role;
mod subtitle;
mod template;
mod unknown;
mod url_match;
mod value_warning;

pub use day::{Day, NotADay};
pub use field_kind::FieldKind;
pub use file_name::safe_file_name;
pub use hosts::{host, hosts};
pub use item_type::ItemType;
pub(crate) use item_type::{
    CLIENT_STATE, DISMISSAL, GROUP, GUARDIANS, MEMBER_CARD, POLICY, RECOVERY_CARD, RECOVERY_RELEASE,
    TEAM_MEMBER, TEAM_VAULT, VAULT_CARD, VAULT_METADATA,
};
pub use model::{Attachment, Field, FieldId, Flags, Item, PastValue, Superseded};
#[cfg(test)]
pub(crate) use passkey::tests::passkey as sample_passkey;
pub use passkey::{CoseAlgorithm, Passkey, SecretBytes};
pub(crate) use payload::key;
pub use payload::{LimitedPart, PayloadError, decode, encode, limits};
pub use role::Role;
pub use subtitle::subtitle;
pub use template::template;
pub use unknown::Unknown;
pub use url_match::UrlMatch;
pub use value_warning::{ValueWarning, doubt, value_warning};

pub use vault_text::safe_to_show;

/// The types of keys and texts in an item, re-exported so that importers and use cases need no other crate for them.
pub use vault_crypto::{FileKey, SecretText};
