//! How the server is reached: proxy, authorities, and how fast documents are transferred.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether the server is reached through a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProxyKind {
    /// It is not.
    None,
    /// As the system says.
    System,
    /// Through one that the user names.
    Own,
}

/// A proxy as the user names it.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct ProxyChoice {
    /// Which one.
    pub kind: ProxyKind,
    /// The user's own: `http://host:port`; or `https`, `socks5`, `socks5h`. Empty for the others.
    pub address: String,
    /// The name that it asks for; empty for none.
    pub user: String,
    /// The password that it asks for, empty for none. Without one the stored password is kept, if address and name are as before.
    #[ts(optional)]
    pub password: Option<String>,
}

/// The file of authorities that is to be used.
#[derive(Deserialize, TS)]
#[serde(tag = "use", rename_all = "snake_case")]
#[ts(export)]
pub enum AuthorityChoice {
    /// None.
    None,
    /// The stored one.
    Stored,
    /// The one that was picked last.
    Picked {
        /// Its token.
        token: String,
    },
}

/// How the server is to be reached.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct NetworkChoice {
    /// The proxy.
    pub proxy: ProxyChoice,
    /// Authorities that are trusted for this server besides those of the system.
    pub authority: AuthorityChoice,
    /// How fast documents are sent, in units of 1,024 bytes in a second; 0 for as fast as possible.
    pub upload: u32,
    /// The same for documents that are downloaded.
    pub download: u32,
}

/// A proxy, without its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProxyView {
    /// Which one.
    pub kind: ProxyKind,
    /// The address of the user's own; empty for the others.
    pub address: String,
    /// The name that it asks for; empty for none.
    pub user: String,
    /// Whether a password is stored.
    pub has_password: bool,
}

/// The certificate of an authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CertificateView {
    /// Whom it names.
    pub name: String,
    /// The SHA-256 of the certificate: 64 hexadecimal digits.
    pub fingerprint: String,
    /// Until when it is valid, in milliseconds since 1970.
    #[ts(type = "number")]
    pub until: i64,
}

/// A file of authorities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct AuthorityFileView {
    /// The name of the file.
    pub file: String,
    /// Its certificates.
    pub certificates: Vec<CertificateView>,
}

/// A file of authorities that was picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PickedAuthorityView {
    /// What names it until another one is picked.
    pub token: String,
    /// The file.
    pub authority: AuthorityFileView,
}

/// How the server is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct NetworkView {
    /// The proxy.
    pub proxy: ProxyView,
    /// Authorities that are trusted for this server besides those of the system.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<AuthorityFileView>,
    /// How fast documents are sent, in units of 1,024 bytes in a second; 0 for as fast as possible.
    pub upload: u32,
    /// The same for documents that are downloaded.
    pub download: u32,
}
