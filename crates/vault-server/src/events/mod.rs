//! Looks at what changed, and lets streams know what their readers may read. Everything that a stream says was read from the
//! database just before; what cannot be read is not said.

mod account;
mod look;
mod vault;

pub use look::Events;
