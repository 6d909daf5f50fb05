//! Why spans cannot be sent.

use crate::peer_tls::NoAuthorities;

/// Spans cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum SpansError {
    /// The certificates of the authorities.
    #[error(transparent)]
    Authorities(#[from] NoAuthorities),
    /// The address of the collector.
    #[error("otel_endpoint cannot be used")]
    Endpoint,
    /// The system gives no thread or nothing to wait with.
    #[error("the system gives nothing to wait with")]
    System,
}
