//! Every label of the formats, in one place.
//!
//! Whatever is hashed, signed or derived from begins with one of these, as the first item of a CBOR array; so no
//! input of one purpose can pass for that of another.

/// A label: the name of a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(&'static str);

impl Label {
    /// Its text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        impl Label { $( $(#[$doc])* pub const $name: Self = Self(concat!("coffer/v1/", $text)); )+ }

        #[cfg(test)]
        const ALL: &[Label] = &[$(Label::$name),+];
    };
}

labels! {
    /// The key schedule of the sealed envelope.
    SEAL = "seal";
    /// The checksum of the Secret Key's text.
    SECRET_KEY = "secret-key";
    /// The key of a password slot.
    SLOT_PASSWORD = "slot/password";
    /// The box of the root key in a slot.
    SLOT = "slot";
    /// The database key.
    DATABASE = "db";
    /// The key that authenticates the profile header, and its message.
    HEADER = "header";
    /// The key of boxes that stay on this computer.
    LOCAL = "local";
    /// A vault key kept on this computer.
    LOCAL_VAULT_KEY = "local/vault-key";
    /// The Secret Key kept on this computer.
    LOCAL_SECRET_KEY = "local/secret-key";
    /// A half-filled form.
    LOCAL_DRAFT = "local/draft";
    /// An account id.
    ACCOUNT = "account";
    /// The root's signature on a certificate.
    IDENTITY = "identity";
    /// The certified key's own signature on its certificate.
    IDENTITY_POP = "identity-pop";
    /// The box of the identity's secret keys.
    KEYSET = "keyset";
    /// The key under which the keyset is sealed on this computer.
    KEYSET_LOCAL = "keyset-local";
    /// The box of the root signing key.
    ROOT = "root";
    /// The key under which the root signing key is sealed on this computer.
    ROOT_LOCAL = "root-local";
    /// A vault id.
    VAULT = "vault";
    /// The commitment to a vault key.
    VAULT_KEY = "vault-key";
    /// The log root before the first entry.
    LOG = "log";
    /// The log root after an entry.
    LOG_NODE = "log-node";
    /// The signature of a roster record.
    ROSTER = "roster";
    /// The hash by which a roster record enters the log.
    ROSTER_ENTRY = "roster-entry";
    /// The box of an item's payload.
    ITEM = "item";
    /// The signature of an item revision.
    REVISION = "revision";
    /// The hash of an item revision.
    REV = "rev";
    /// The key of a document stream.
    BLOB = "blob";
    /// The nonce prefix of a document stream.
    BLOB_NONCE = "blob-nonce";
    /// The hash over a document's ciphertext chunks.
    BLOB_ROOT = "blob-root";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn no_two_purposes_share_a_label() {
        for (at, label) in ALL.iter().enumerate() {
            assert!(!ALL[at + 1..].contains(label), "{}", label.as_str());
        }
    }
}
