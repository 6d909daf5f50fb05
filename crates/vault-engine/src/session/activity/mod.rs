//! The local activity log, and the check of the clock.

pub(crate) mod clock_warning;
pub(crate) mod event;
pub(crate) mod kinds;
mod log;
mod read;
pub(crate) mod walk;
