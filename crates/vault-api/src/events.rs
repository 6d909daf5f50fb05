//! Events for the interface. They carry no content of items; the interface requests what it shows.

use std::sync::Arc;

use crate::error::ErrorView;
use crate::views::JobView;

/// An event.
#[derive(Clone, Debug)]
pub enum Event {
    /// The profile was locked.
    SessionLocked,
    /// Items changed.
    ItemsChanged,
    /// The state of synchronization changed.
    SyncChanged,
    /// The system opened an invitation with the program.
    InvitationOpened,
    /// A job started, progressed or ended.
    Job(JobView),
    /// The daily backup failed; sent once for each reason.
    BackupFailed(ErrorView),
}

/// The receiver of events.
#[derive(Clone)]
pub struct EventSink(Arc<dyn Fn(Event) + Send + Sync>);

impl EventSink {
    /// A sink that calls `receive`, from any thread.
    pub fn new(receive: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(receive))
    }

    pub(crate) fn send(&self, event: Event) {
        (self.0)(event);
    }
}
