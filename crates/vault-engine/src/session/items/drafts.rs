//! Drafts: half-filled forms, sealed in the database, which survive a lock or a crash.

use rand_core::Rng as _;
use rusqlite::OptionalExtension;
use zeroize::Zeroizing;

use super::change::{Draft, DraftId};
use crate::clock::Timestamp;
use crate::item::{LimitedPart, PayloadError};
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::state::Session;

impl Session {
    /// Seals and stores a draft. The content is opaque.
    ///
    /// # Errors
    /// Fails if the profile cannot be written, the content exceeds the limit, or the named draft does not exist.
    pub fn draft_save(&mut self, id: Option<DraftId>, content: &[u8]) -> Result<DraftId, SessionError> {
        self.writable()?;
        if content.len() > LimitedPart::Draft.limit() {
            return Err(SessionError::Invalid(PayloadError::TooLarge(LimitedPart::Draft)));
        }
        let draft = id.unwrap_or_else(|| {
            let mut name = [0; 16];
            self.rng.fill_bytes(&mut name);
            DraftId(name)
        });
        let sealed = self.local.seal_draft(&self.info.id, &draft.0, content, &mut self.rng);
        let now = time(self.clock.now().0);
        let written = match id {
            Some(_) => self
                .db
                .prepare_cached("UPDATE draft SET saved_at = ?2, sealed = ?3 WHERE draft_id = ?1")?
                .execute((draft.0, now, sealed))?,
            None => self
                .db
                .prepare_cached("INSERT INTO draft (draft_id, saved_at, sealed) VALUES (?1, ?2, ?3)")?
                .execute((draft.0, now, sealed))?,
        };
        self.sidebar = None;
        if written == 0 { Err(SessionError::NotFound) } else { Ok(draft) }
    }

    /// Lists the drafts, last saved first. Drafts that cannot be opened are left out.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn draft_list(&self) -> Result<Vec<Draft>, SessionError> {
        let mut all =
            self.db.prepare_cached("SELECT draft_id, saved_at, sealed FROM draft ORDER BY saved_at DESC")?;
        let rows =
            all.query_map([], |row| Ok((DraftId(row.get(0)?), Timestamp(row.get(1)?), row.get(2)?)))?;
        let mut drafts = Vec::new();
        for row in rows {
            let (id, saved_at, sealed): (DraftId, Timestamp, Vec<u8>) = row?;
            drafts.extend(self.open_draft(id, saved_at, &sealed).ok());
        }
        Ok(drafts)
    }

    /// Opens a draft.
    ///
    /// # Errors
    /// Fails if there is no such draft, or it is damaged.
    pub fn draft_get(&self, id: DraftId) -> Result<Draft, SessionError> {
        let mut find = self.db.prepare_cached("SELECT saved_at, sealed FROM draft WHERE draft_id = ?1")?;
        let found = find.query_row([id.0], |row| Ok((Timestamp(row.get(0)?), row.get(1)?))).optional()?;
        let (saved_at, sealed): (Timestamp, Vec<u8>) = found.ok_or(SessionError::NotFound)?;
        self.open_draft(id, saved_at, &sealed)
    }

    /// Deletes a draft, if it exists.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn draft_discard(&mut self, id: DraftId) -> Result<(), SessionError> {
        self.writable()?;
        self.db.prepare_cached("DELETE FROM draft WHERE draft_id = ?1")?.execute([id.0])?;
        self.sidebar = None;
        Ok(())
    }

    fn open_draft(&self, id: DraftId, saved_at: Timestamp, sealed: &[u8]) -> Result<Draft, SessionError> {
        let content = self.local.open_draft(&self.info.id, &id.0, sealed);
        let content = content.map_err(|_| SessionError::RevisionDamaged)?;
        Ok(Draft { id, saved_at, content: Zeroizing::new(content.expose().to_vec()) })
    }
}
