//! Reading pages of lists and the counts of the sidebar.

use super::list;
use super::list::Listed;
use super::query::{Page, Query, Sidebar};
use crate::session::error::SessionError;
use crate::session::rows::counts;
use crate::session::state::Session;

impl Session {
    /// Reads a page of a list.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn list(&mut self, query: &Query) -> Result<Page, SessionError> {
        self.list_unless(query, &|| false)
    }

    /// Reads a page of a list, unless `cancelled` returns true meanwhile. A search polls it often.
    ///
    /// # Errors
    /// Fails if the database cannot be read; returns [`SessionError::Cancelled`] if cancelled.
    pub fn list_unless(
        &mut self,
        query: &Query,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Page, SessionError> {
        if !query.text.trim().is_empty() {
            return self.find(query, cancelled);
        }
        let total = counts::total(&self.db, &query.scope)?;
        let rows = if query.offset < list::DEEP {
            list::rows(&self.db, query)?
        } else {
            let known = self.listed.take().filter(|listed| listed.is_of(query));
            let listed = known.map_or_else(|| Listed::read(&self.db, query), Ok)?;
            let listed = self.listed.insert(listed);
            list::rows_of(&self.db, listed.page(query))?
        };
        Ok(Page { total, rows, unknown: Vec::new(), approximate: false })
    }

    /// Returns the counts that the sidebar shows.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn sidebar(&mut self) -> Result<Sidebar, SessionError> {
        let counted = match self.sidebar.take() {
            Some(known) => known,
            None => counts::read(&self.db)?,
        };
        Ok(self.sidebar.insert(counted).clone())
    }
}
