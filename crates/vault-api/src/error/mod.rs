//! The errors of every use-case: codes for the interface to branch on, and for each one sentence and what the user
//! can do, in each language.

mod code;
mod from_engine;
mod from_files;
mod from_guardians;
mod from_sync;
mod guardians;
mod import;
mod input;
mod members;
mod problem;
mod server;
mod table;
mod text;
mod view;

#[cfg(test)]
mod tests;

pub use code::ErrorCode;
pub(crate) use from_engine::{malformed_as, of_rejected};
pub use problem::InputProblem;
pub use table::error_text;
pub use text::ErrorText;
pub use view::{ErrorView, HolderView};

/// The result of every use-case.
pub type Result<T, E = ErrorView> = std::result::Result<T, E>;
