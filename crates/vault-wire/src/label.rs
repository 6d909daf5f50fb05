//! Domain separation labels of all formats.
//!
//! Every input of a hash, signature or derivation begins with a label, the first item of a CBOR array, so an
//! input of one purpose is never valid for another.

/// A domain separation label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(&'static str);

impl Label {
    /// Returns its text.
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
    /// The key of a quick-unlock slot.
    SLOT_QUICK = "slot/quick";
    /// The key of a recovery slot.
    SLOT_RECOVERY = "slot/recovery";
    /// The key of an account slot.
    SLOT_ACCOUNT = "slot/account";
    /// The box of the root key in a slot.
    SLOT = "slot";
    /// The checksum of the recovery code's text.
    RECOVERY_CODE = "recovery-code";
    /// The database key.
    DATABASE = "db";
    /// The key that authenticates the profile header, and its message.
    HEADER = "header";
    /// The key that authenticates the manifest of a backup, and its message.
    BACKUP = "backup";
    /// The key of boxes that stay on this computer.
    LOCAL = "local";
    /// A vault key kept on this computer.
    LOCAL_VAULT_KEY = "local/vault-key";
    /// The Secret Key kept on this computer.
    LOCAL_SECRET_KEY = "local/secret-key";
    /// An unsaved form.
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
    /// The key under which a copy of the root signing key is sealed for the recovery code.
    ROOT_RECOVERY = "root-recovery";
    /// The salt of an account's password derivation.
    ACCOUNT_SALT = "account-salt";
    /// The password used in OPAQUE.
    OPAQUE = "opaque";
    /// The key under which keyset and root box are sealed on a server.
    ACCOUNT_UNLOCK = "account-unlock";
    /// The root's signature on a re-enrolment.
    REENROL = "reenrol";
    /// The root's signature on the statement of its successor.
    SUCCESSOR = "successor";
    /// The next root's own signature on that statement.
    SUCCESSOR_POP = "successor-pop";
    /// The key pair derived from a recovery code, which proves it to a server.
    CODE_SIGN = "code-sign";
    /// The key and the box on a server that a recovery code opens.
    CODE_BOX = "code-box";
    /// The root's signature on the statement of a recovery code.
    CODE = "code";
    /// The proof of a recovery code.
    CODE_PROOF = "code-proof";
    /// The id of the approval of a device.
    APPROVAL_ID = "approval-id";
    /// The key and the box of a new device's keys.
    APPROVAL_REQUEST = "approval-request";
    /// The key and the box of what a device passes on to a new one.
    APPROVAL_ANSWER = "approval-answer";
    /// A device's signature on its keys.
    DEVICE = "device";
    /// The wrapping of a secret for a device.
    DEVICE_BOX = "device-box";
    /// The key and the box of a device's name.
    DEVICE_LABEL = "device-label";
    /// An account's signature on the revocation of a device.
    DEVICE_REVOKED = "device-revoked";
    /// The root's signature on a consent to recovery by guardians.
    CONSENT = "consent";
    /// The box that guardians can open.
    RECOVERY_BOX = "recovery-box";
    /// The wrapping of a guardian's share.
    RECOVERY_SHARE = "recovery-share";
    /// The hash of a guardian's share.
    SHARE_VALUE = "share-value";
    /// The wrapping of a share that a guardian passes on.
    RECOVERY_RELEASE = "recovery-release";
    /// A guardian's signature on a share that is passed on.
    RELEASE = "release";
    /// A vault id.
    VAULT = "vault";
    /// The commitment to a vault key.
    VAULT_KEY = "vault-key";
    /// The box of an epoch's key under a later one.
    EPOCH_BACK = "epoch-back";
    /// The wrapping of a vault key for a member.
    GRANT = "grant";
    /// The key pair derived from an invitation's secret.
    INVITE_SIGN = "invite-sign";
    /// The key and the box of the name in an answer to an invitation.
    INVITE_NAME = "invite-name";
    /// The invitation's signature that lets an account read the vault's log.
    INVITE_READ = "invite-read";
    /// The signatures on the acceptance of an invitation.
    ACCEPT = "accept";
    /// The log root before the first entry.
    LOG = "log";
    /// The log root after an entry.
    LOG_NODE = "log-node";
    /// The signature of a roster record.
    ROSTER = "roster";
    /// The root's signature on a roster record.
    ROSTER_ROOT = "roster-root";
    /// The hash by which a roster record enters the log.
    ROSTER_ENTRY = "roster-entry";
    /// The box of an item's payload.
    ITEM = "item";
    /// The signature of an item revision.
    REVISION = "revision";
    /// The hash of an item revision.
    REV = "rev";
    /// The hash chain of an account's audit events.
    AUDIT = "audit";
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
    fn labels_are_distinct() {
        for (at, label) in ALL.iter().enumerate() {
            assert!(!ALL[at + 1..].contains(label), "{}", label.as_str());
        }
    }
}
