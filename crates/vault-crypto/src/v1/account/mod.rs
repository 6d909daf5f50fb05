//! An account's keys: the root signing key, identities and the keyset.

mod boxes;
mod identity;
mod keyset;
mod root;

pub use boxes::{AccountBoxes, OpenedAccount, check_account};
pub use identity::Identity;
pub use keyset::Keyset;
pub use root::{ReenrolmentParts, RootSigner};
