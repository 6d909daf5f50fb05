//! Opening the account's root beside the session: a password is stretched for about a second, and the profile works on meanwhile.

use vault_crypto::{HeaderFile, RootSigner, SecretKey, SecretText};
use vault_wire::AccountId;

use super::error::KeysError;
use super::{Typed, check};
use crate::session::error::SessionError;
use crate::session::rows::meta;
use crate::session::state::Session;

/// What a password opens the account's root with.
pub struct RootOpening {
    file: HeaderFile,
    secret_key: SecretKey,
    sealed: Vec<u8>,
    account: AccountId,
}

impl Session {
    /// Returns what a password that was just typed opens the account's root with.
    ///
    /// # Errors
    /// Fails if key file or database cannot be read.
    pub fn root_opening(&self) -> Result<RootOpening, SessionError> {
        Ok(RootOpening {
            file: self.keys_file()?,
            secret_key: self.secret_key()?,
            sealed: meta::required(&self.db, meta::ROOT_BOX)?,
            account: self.account(),
        })
    }
}

impl RootOpening {
    /// Opens it. Takes about a second on all cores.
    ///
    /// # Errors
    /// [`KeysError::WrongPassword`]; fails if key file or root box are damaged.
    pub fn open(self, password: &SecretText) -> Result<RootSigner, KeysError> {
        let Self { file, secret_key, sealed, account } = self;
        let header = file.unverified();
        let typed = Typed::open(header, password, secret_key)?;
        check(&file, &typed.root_key)?;
        let root = RootSigner::open_local(&sealed, &typed.stretched, header.profile_id(), &account);
        Ok(root.map_err(|_| SessionError::DatabaseDamaged)?)
    }
}
