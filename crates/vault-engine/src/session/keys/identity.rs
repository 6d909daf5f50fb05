//! Another identity of the account, which its root has certified.

use vault_crypto::{Keyset, SecretText};
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical as _;

use super::Session;
use super::error::KeysError;
use crate::session::rows::meta;
use crate::session::vaults::vault::Author;

impl Session {
    /// Takes over the identity that the account has at its server, if it is later than that of this profile. From here on all is
    /// signed by it; the logs of the vaults follow with the next synchronization. Returns whether it was later. Takes about a
    /// second on all cores.
    ///
    /// # Errors
    /// [`KeysError::Outdated`] if it is no identity of this account; see [`KeysError`]. The identity is then the earlier one.
    pub fn adopt_identity(
        &mut self,
        password: &SecretText,
        keyset: Keyset,
        certificate: SignedCertificate,
    ) -> Result<bool, KeysError> {
        self.writable()?;
        let certified = certificate.verify().map_err(|_| KeysError::Outdated)?;
        let (present, home) = (&self.vaults.author, self.vaults.home()?);
        let is_own = certified.account_id() == present.account
            && keyset.identity.is_certified_by(&certified)
            && (keyset.home_vault, keyset.home_genesis) == (home.id, home.genesis);
        if !is_own {
            return Err(KeysError::Outdated);
        }
        if certified.generation <= present.certified.generation {
            // An older device may have registered what it had.
            return Ok(false);
        }
        let account = present.account;
        let typed = self.typed(password)?;
        let sealed = keyset.seal_local(&typed.root_key, &account, &mut self.rng);
        let next = Author { account, identity: keyset.identity, certificate, certified };
        let (records, rosters) = self.named_here(&next)?;
        self.write(|tx| {
            meta::set(&tx.db, meta::KEYSET, &sealed)?;
            meta::set(&tx.db, meta::CERTIFICATE, &next.certificate.encode())?;
            records.iter().try_for_each(|named| tx.append_record(named))
        })?;
        self.vaults.follow(next, rosters);
        Ok(true)
    }
}
