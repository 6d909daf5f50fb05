//! Mail: codes for new logins, and notices of what happened to an account. Text only; nothing secret but the code.
//!
//! Requests only put an [`Order`] into a bounded queue. Whether a login is taken, what an account's login is, and the mail
//! server's answer matter later, so that no answer waits for them or shows them.

mod language;
mod mailer;
mod queue;
mod text;

pub use language::Language;
pub use mailer::{MailError, Mailer, Sender};
pub use queue::{Mail, Notice, Order, Orders};
