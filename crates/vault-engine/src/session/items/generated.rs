//! What the generator made lately, sealed.

use crate::generator::History;
use crate::session::error::SessionError;
use crate::session::rows::meta;
use crate::session::state::Session;
use vault_crypto::SecretText;

/// Under which it is sealed; drafts have names of sixteen bytes.
pub(crate) const NAME: &[u8] = b"generator history";

impl Session {
    /// What the generator made lately and the person took.
    ///
    /// # Errors
    /// If the database cannot be read. What does not open is as if nothing had been made.
    pub fn generated(&self) -> Result<History, SessionError> {
        let Some(sealed) = meta::get(&self.db, meta::GENERATED)? else { return Ok(History::default()) };
        let opened = self.local.open_draft(&self.info.id, NAME, &sealed).ok();
        let read = opened.and_then(|bytes| History::decode(bytes.expose()).ok());
        Ok(read.unwrap_or_default())
    }

    /// Keeps what the generator made, in front of what it made before.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn keep_generated(&mut self, text: SecretText) -> Result<(), SessionError> {
        self.writable()?;
        let mut history = self.generated()?;
        history.push(text, self.clock.now());
        let bytes = history.encode().map_err(|_| SessionError::Fault)?;
        let sealed = self.local.seal_draft(&self.info.id, NAME, &bytes, &mut self.rng);
        meta::set(&self.db, meta::GENERATED, &sealed)
    }

    /// Forgets all that the generator made.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn forget_generated(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        meta::remove(&self.db, meta::GENERATED)
    }
}
