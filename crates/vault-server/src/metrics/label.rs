//! Labels.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};

/// A route, and the class of the status.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    /// The template of the route, such as `/v1/vaults/{v}/log`.
    pub route: String,
    /// The method; unknown ones are `other`.
    pub method: &'static str,
    /// `2xx`, …
    pub status: &'static str,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Route {
    /// The template.
    pub route: String,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Entry {
    /// What became of it.
    pub result: EntryResult,
}

/// What became of an entry of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum EntryResult {
    /// It was accepted.
    Accepted,
    /// Something else is current.
    Conflict,
    /// It was refused.
    Refused,
}

/// A refusal by its number in the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RefusalNumber {
    /// The number.
    pub number: u64,
}

/// A step of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct SignIn {
    /// How it ended.
    pub outcome: SignInOutcome,
}

/// How a step of a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum SignInOutcome {
    /// The session has begun.
    Done,
    /// Another step is needed.
    Continued,
    /// Name, password or code were wrong.
    Refused,
    /// The account's delay lasts.
    Delayed,
    /// Anything else.
    Failed,
}

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Mail {
    /// What became of it.
    pub result: MailResult,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum MailResult {
    /// The mail server took it.
    Sent,
    /// The mail server did not.
    Failed,
    /// Too many waited.
    Dropped,
}
