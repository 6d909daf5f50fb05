//! Settings of the profile; its Emergency Kit and Secret Key.

use rusqlite::OptionalExtension;
use vault_crypto::{SecretKey, SecretText};

use super::error::SessionError;
use super::keys::KeysError;
use super::rows::meta;
use super::state::Session;

const KIT_CONFIRMED: &str = "kit.confirmed";

impl Session {
    /// Returns a setting of this profile.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn setting(&self, key: &str) -> Result<Option<String>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(find.query_row([key], |row| row.get(0)).optional()?)
    }

    /// Stores a setting of this profile.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<(), SessionError> {
        self.writable()?;
        set(&self.db, key, value)
    }

    /// Returns whether the user has confirmed the Emergency Kit.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn kit_confirmed(&self) -> Result<bool, SessionError> {
        Ok(self.setting(KIT_CONFIRMED)?.is_some())
    }

    /// Records that the user has confirmed the Emergency Kit.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn set_kit_confirmed(&mut self) -> Result<(), SessionError> {
        self.set_setting(KIT_CONFIRMED, "yes")
    }

    /// Records that the Emergency Kit has an old Secret Key on it.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn forget_kit(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        forget_kit(&self.db)
    }

    /// Compares a Secret Key, typed or scanned from the Emergency Kit, with the profile's. If they match, the Kit is
    /// confirmed.
    ///
    /// # Errors
    /// Returns [`KeysError::CodeMistyped`] if it is not a Secret Key, [`KeysError::WrongCode`] if it is of another
    /// profile or an old one.
    pub fn check_kit(&mut self, typed: &SecretText) -> Result<(), KeysError> {
        let typed = SecretKey::from_text(typed.expose())?;
        if !self.secret_key()?.is_same_as(&typed) {
            return Err(KeysError::WrongCode);
        }
        if self.read_only.is_none() && !self.kit_confirmed()? {
            self.set_kit_confirmed()?;
        }
        Ok(())
    }

    /// Opens the sealed Secret Key.
    ///
    /// # Errors
    /// Fails if the sealed copy is damaged.
    pub fn secret_key(&self) -> Result<SecretKey, SessionError> {
        let sealed = meta::required(&self.db, meta::SECRET_KEY)?;
        self.local.open_secret_key(&self.info.id, &sealed).map_err(|_| SessionError::DatabaseDamaged)
    }
}

/// Stores a setting.
pub(super) fn set(db: &rusqlite::Connection, key: &str, value: &str) -> Result<(), SessionError> {
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?;
    put.execute([key, value])?;
    Ok(())
}

/// Clears the confirmation of the Emergency Kit, which has an old Secret Key on it.
pub(crate) fn forget_kit(db: &rusqlite::Connection) -> Result<(), SessionError> {
    db.execute("DELETE FROM setting WHERE name = ?1", [KIT_CONFIRMED])?;
    Ok(())
}
