//! Health check of the items of a profile: weak, reused, old and breached passwords, expired items and more.
//!
//! [`Analyzer`] examines one decrypted item at a time and keeps no secrets: only digests under a key of the run, ids,
//! and the first 20 bits of a SHA-1 if breached passwords are searched. The report contains ids, kinds and counts. The
//! module does no I/O, reads no clock and uses no network: [`breach`] builds the queries and parses the responses.

mod analyzer;
pub mod breach;
mod expiry;
mod report;
mod sites;
#[cfg(test)]
mod tests;

pub use analyzer::{Analyzer, Settings};
pub use breach::{Prefix, Range, RangeError, RangeSource, RangeUnavailable};
pub use report::{Breached, Finding, Issue, IssueKind, Missing, Report};
