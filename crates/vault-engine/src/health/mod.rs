//! What is wrong with the items of a profile: weak, reused, old, expired, stolen.
//!
//! [`Examiner`] looks at one opened item after the other and keeps nothing that is secret: digests under a key of one
//! run, the first 20 bits of another where stolen passwords are to be looked for, and ids. What comes out is ids, kinds
//! and counts. Nothing here does input or output, reads a clock, or reaches a network: [`breach`] says what to ask, and
//! reads the answer.

pub mod breach;
mod examine;
mod expiry;
mod report;
mod sites;
#[cfg(test)]
mod tests;

pub use breach::{Prefix, Range, RangeError, RangeSource, RangeUnavailable};
pub use examine::{Examiner, Settings};
pub use report::{Finding, Issue, IssueKind, Missing, Report, Stolen};
