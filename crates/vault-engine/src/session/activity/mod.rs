//! The local activity log, and the check of the clock.

pub(crate) mod clock_warning;
pub(crate) mod event;
mod log;
