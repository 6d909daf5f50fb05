//! Counters for the operator. Labels are templates of routes, classes and codes: never ids, names or addresses, so that their
//! number does not grow with use.

mod label;
mod listener;
mod server;

pub use label::{MailResult, SignInOutcome};
pub use listener::Listener;
pub use server::{Metrics, Now};
