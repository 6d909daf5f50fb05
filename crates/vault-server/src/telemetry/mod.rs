//! Traces of requests for an OpenTelemetry collector (feature `otel`).
//!
//! A span says which route was asked for by which method, what status it got, how long that took, and how much of it the
//! database. Nothing else of a request, and no word of a client, can become part of one: [`Request`] has no place for it.

mod client;
mod error;
mod spans;

pub use error::SpansError;
pub use spans::{Request, Spans};

use crate::setup::{Config, Folder};

impl Config {
    /// The way to the collector, if there is one.
    ///
    /// # Errors
    /// See [`SpansError`].
    pub fn spans(&self, folder: &Folder) -> Result<Option<Spans>, SpansError> {
        let ca = self.otel_ca.as_ref().map(|file| folder.path(file));
        self.otel_endpoint.as_ref().map(|endpoint| Spans::new(endpoint, ca.as_deref())).transpose()
    }
}
