//! An account's keys: the root signing key, identities, the keyset, devices and the recovery code's box.

mod boxes;
mod code;
mod device;
mod earlier;
mod identity;
mod keyset;
mod root;

pub use boxes::{AccountBoxes, OpenedAccount, check_account};
pub use code::{CodeAccount, CodeKey, NewCodeBox};
pub use device::{DeviceSigner, seal_for_device};
pub use identity::Identity;
pub use keyset::Keyset;
pub(crate) use keyset::MAX_CONTENT;
pub use root::{ReenrolmentParts, RootSigner};
