//! Items: the typed records of a vault, as they are once opened.

mod model;

pub use model::{Attachment, Field, FieldId, FieldKind, Flags, Item, ItemType, PastValue, Role, Superseded, Timestamp};
