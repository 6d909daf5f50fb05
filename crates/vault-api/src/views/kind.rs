//! Types of items and kinds of fields.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::item::{FieldKind, ItemType, UrlMatch};

/// Type of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ItemTypeView {
    /// Login.
    Login,
    /// Note.
    Note,
    /// Card.
    Card,
    /// Identity.
    Identity,
    /// Document.
    Document,
    /// SSH key.
    SshKey,
    /// API credential.
    ApiCredential,
    /// Passkey.
    Passkey,
    /// One-time code.
    OneTimeCode,
    /// Wi-Fi network.
    Wifi,
    /// Bank account.
    BankAccount,
    /// Software licence.
    Licence,
    /// Database.
    Database,
    /// Server.
    Server,
}

/// Kind of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FieldKindView {
    /// Plain text.
    Text,
    /// Hidden until revealed.
    Concealed,
    /// Web address.
    Url,
    /// E-mail address.
    Email,
    /// Day, `YYYY-MM-DD`.
    Date,
    /// Month, `YYYY-MM`.
    Month,
    /// Telephone number.
    Phone,
    /// One-time code; the value is an `otpauth://` address and concealed.
    Code,
    /// One of the item's files: its blob id.
    File,
    /// Another item: its id.
    Link,
    /// Text of several lines.
    Lines,
    /// Text of several lines, hidden until revealed.
    SecretLines,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
}

/// The rule by which an address matches the address of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum UrlMatchView {
    /// The same registrable domain.
    #[default]
    Domain,
    /// The same host and port.
    Host,
    /// The page's address begins with it.
    StartsWith,
    /// The page's address is the same.
    Exact,
    /// A regular expression.
    Pattern,
    /// Never.
    Never,
    /// A rule of a newer version; kept as it is.
    Newer,
}

/// A built-in field of an item type.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FieldTemplate {
    /// Its role in snake_case, such as `username`; the interface translates `role.<name>`.
    pub role: String,
    /// Its kind.
    pub kind: FieldKindView,
}

/// The built-in fields of an item type, in order.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemTemplate {
    /// The type.
    pub item_type: ItemTypeView,
    /// Its fields.
    pub fields: Vec<FieldTemplate>,
}

/// Converts between an enum of the engine and the view with the same members.
macro_rules! same_names {
    ($engine:ident, $view:ident: $($member:ident)*) => {
        impl From<$engine> for $view {
            fn from(member: $engine) -> Self {
                match member { $($engine::$member => Self::$member,)* }
            }
        }

        impl From<$view> for $engine {
            fn from(member: $view) -> Self {
                match member { $($view::$member => Self::$member,)* }
            }
        }
    };
}

same_names! {
    ItemType, ItemTypeView:
    Login Note Card Identity Document SshKey ApiCredential Passkey OneTimeCode Wifi BankAccount Licence Database Server
}
same_names! {
    FieldKind, FieldKindView:
    Text Concealed Url Email Date Month Phone Code File Link Lines SecretLines Number Switch
}

impl From<UrlMatch> for UrlMatchView {
    fn from(rule: UrlMatch) -> Self {
        match rule {
            UrlMatch::Domain => Self::Domain,
            UrlMatch::Host => Self::Host,
            UrlMatch::StartsWith => Self::StartsWith,
            UrlMatch::Exact => Self::Exact,
            UrlMatch::Pattern => Self::Pattern,
            UrlMatch::Never => Self::Never,
            UrlMatch::Newer(_) => Self::Newer,
        }
    }
}
