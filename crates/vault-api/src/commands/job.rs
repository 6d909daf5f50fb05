//! Listing and cancelling jobs.

use crate::coffer::Coffer;
use crate::error::Result;
use crate::views::JobView;

impl Coffer {
    /// Returns the running jobs and the last ended ones.
    #[must_use]
    pub fn job_list(&self) -> Vec<JobView> {
        self.jobs.list()
    }

    /// Requests cancellation of a job.
    ///
    /// # Errors
    /// `not_found`.
    pub fn job_cancel(&self, id: u32) -> Result<()> {
        self.jobs.cancel(id)
    }
}
