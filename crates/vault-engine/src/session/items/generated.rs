//! The generator's history, sealed in the database.

use crate::generator::History;
use crate::session::error::SessionError;
use crate::session::rows::meta;
use crate::session::state::Session;
use vault_crypto::SecretText;

/// The name that it is sealed under. Drafts have names of sixteen bytes.
pub(crate) const NAME: &[u8] = b"generator history";

impl Session {
    /// Returns the generated values that the user took recently. A history that cannot be opened counts as empty.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn generated(&self) -> Result<History, SessionError> {
        let Some(sealed) = meta::get(&self.db, meta::GENERATED)? else { return Ok(History::default()) };
        let opened = self.local.open_draft(&self.info.id, NAME, &sealed).ok();
        let read = opened.and_then(|bytes| History::decode(bytes.expose()).ok());
        Ok(read.unwrap_or_default())
    }

    /// Adds a generated value at the front of the history.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn keep_generated(&mut self, text: SecretText) -> Result<(), SessionError> {
        self.writable()?;
        let mut history = self.generated()?;
        history.push(text, self.clock.now());
        let bytes = history.encode().map_err(|_| SessionError::Fault)?;
        let sealed = self.local.seal_draft(&self.info.id, NAME, &bytes, &mut self.rng);
        meta::set(&self.db, meta::GENERATED, &sealed)
    }

    /// Deletes the generator's history.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn forget_generated(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        meta::remove(&self.db, meta::GENERATED)
    }
}
