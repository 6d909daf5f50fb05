//! Items: the typed records of a vault, in decrypted form.

mod day;
mod model;
mod names;
mod passkey;
mod payload;
mod role;
mod template;
mod unknown;
mod url_match;
mod value_warning;

pub use day::{Day, NotADay};
pub use model::{Attachment, Field, FieldId, Flags, Item, PastValue, Superseded};
pub use names::{host, hosts, safe_file_name, safe_to_show, subtitle};
#[cfg(test)]
pub(crate) use passkey::tests::passkey as sample_passkey;
pub use passkey::{CoseAlgorithm, Passkey, SecretBytes};
pub(crate) use payload::key;
pub use payload::{LimitedPart, PayloadError, decode, encode, limits};
pub use role::{FieldKind, ItemType, Role};
pub use template::template;
pub use unknown::Unknown;
pub use url_match::UrlMatch;
pub use value_warning::{ValueWarning, doubt, value_warning};

/// The text type of fields and notes, re-exported so that importers and use cases need no other crate for it.
pub use vault_crypto::SecretText;
