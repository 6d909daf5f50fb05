//! Hints to the interface; it asks for what it shows.

use std::sync::Arc;

use crate::views::{ErrorView, JobView};

/// Something happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The profile was locked.
    SessionLocked,
    /// Items changed.
    ItemsChanged,
    /// A job started, went on or ended.
    Job(JobView),
    /// The backup of the day was not made; told once for each reason.
    BackupFailed(ErrorView),
}

/// Where events go.
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
