//! A passkey as the format has it.

use vault_engine::item::{Item, Passkey};

use super::super::output::Export;
use super::credential::{Credential, Text, base64url};
use crate::report::Outcome;

/// Returns the passkeys of an item.
pub(super) fn of<'i>(export: &mut Export, item: &'i Item) -> Vec<Credential<'i>> {
    let mut list = Vec::new();
    for passkey in &item.passkeys {
        if passkey.sign_counter != 0 {
            export.lost(item, "passkey", "The format forbids passkeys that count their signatures.");
            continue;
        }
        if !passkey.discoverable {
            export.kept(
                item,
                "passkey",
                "The file does not say that the site must ask for this passkey by its id.",
            );
        }
        if !passkey.rp_name.is_empty() || passkey.created_at.known().is_some() {
            let reason = "The name of the site of a passkey and its date have no place in CXF.";
            export.count("passkey", Outcome::NotKept, reason);
        }
        list.push(credential(passkey));
    }
    list
}

fn credential(passkey: &Passkey) -> Credential<'_> {
    let mut credential = Credential::new("passkey");
    credential.text("credentialId", Text::made(base64url(&passkey.credential_id)));
    credential.text("rpId", Text::Of(&passkey.rp_id));
    credential.text("username", Text::Of(&passkey.user_name));
    credential.text("userDisplayName", Text::Of(&passkey.display_name));
    credential.text("userHandle", Text::made(base64url(&passkey.user_handle)));
    credential.text("key", Text::made(base64url(passkey.private_key.expose())));
    credential
}
