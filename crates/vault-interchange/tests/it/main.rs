//! The importers against hand-written files and against everything else.

#![expect(clippy::panic, clippy::unwrap_used, reason = "what supports a test may stop it at once")]

mod bitwarden_csv;
mod bitwarden_json;
mod browsers;
mod hostile;
mod identical;
mod nothing_lost;
mod support;
