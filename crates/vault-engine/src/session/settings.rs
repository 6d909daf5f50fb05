//! Settings of the profile, and the Secret Key for the Emergency Kit.

use rusqlite::OptionalExtension;
use vault_crypto::{SecretKey, SecretText};

use super::error::SessionError;
use super::keys::KeysError;
use super::rows::meta;
use super::state::Session;

const KIT_CONFIRMED: &str = "kit.confirmed";

impl Session {
    /// A setting of this profile.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn setting(&self, key: &str) -> Result<Option<String>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(find.query_row([key], |row| row.get(0)).optional()?)
    }

    /// Keeps a setting of this profile.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<(), SessionError> {
        self.writable()?;
        let mut put =
            self.db.prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?;
        put.execute([key, value])?;
        Ok(())
    }

    /// Whether the person has confirmed the Emergency Kit.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn kit_confirmed(&self) -> Result<bool, SessionError> {
        Ok(self.setting(KIT_CONFIRMED)?.is_some())
    }

    /// Notes that the person has confirmed the Emergency Kit.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn set_kit_confirmed(&mut self) -> Result<(), SessionError> {
        self.set_setting(KIT_CONFIRMED, "yes")
    }

    /// Compares a Secret Key, as typed or scanned from the Emergency Kit, with the profile's; the right one confirms the Kit.
    ///
    /// # Errors
    /// [`KeysError::CodeMistyped`] if it is none, [`KeysError::WrongCode`] if it is another profile's or an old one.
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

    /// Opens the Secret Key, for the Emergency Kit.
    ///
    /// # Errors
    /// If the sealed copy is damaged.
    pub fn secret_key(&self) -> Result<SecretKey, SessionError> {
        let sealed = meta::required(&self.db, meta::SECRET_KEY)?;
        self.local.open_secret_key(&self.info.id, &sealed).map_err(|_| SessionError::DatabaseDamaged)
    }
}

/// Forgets that the Emergency Kit was confirmed: it has another Secret Key on it.
pub(crate) fn forget_kit(db: &rusqlite::Connection) -> Result<(), SessionError> {
    db.execute("DELETE FROM setting WHERE name = ?1", [KIT_CONFIRMED])?;
    Ok(())
}
