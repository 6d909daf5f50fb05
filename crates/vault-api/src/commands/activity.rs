//! The activity log.

use crate::coffer::Coffer;
use crate::error::Result;
use crate::views::EventView;

/// The most entries in one page of the activity log.
const EVENTS: u32 = 500;

impl Coffer {
    /// Returns a page of the activity log of this computer, newest first.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn event_list(&self, offset: u32, limit: u32) -> Result<Vec<EventView>> {
        let limit = limit.min(EVENTS);
        self.read(move |session| Ok(session.events(offset, limit)?.into_iter().map(Into::into).collect()))
            .await
    }
}
