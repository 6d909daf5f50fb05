use serde::{Deserialize, Serialize};
use ts_rs::TS;

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

/// When an address of an item is meant for a page.
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
    /// The page's address is it.
    Exact,
    /// A regular expression.
    Pattern,
    /// Never.
    Never,
    /// A rule of a newer program; kept as it is.
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

/// A passkey without its key.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PasskeyView {
    /// The credential id in hexadecimal; names it in a form.
    pub id: String,
    /// The site, a domain name.
    pub site: String,
    /// The site's name for people.
    pub site_name: String,
    /// The name one signs in with.
    pub user_name: String,
    /// The person's name for people.
    pub display_name: String,
    /// Made, Unix milliseconds.
    #[ts(type = "number")]
    pub created_at: u64,
    /// Whether the site can find it without asking for a user name.
    pub discoverable: bool,
    /// Whether it looks as if the site will not accept it.
    pub looks_wrong: bool,
}
