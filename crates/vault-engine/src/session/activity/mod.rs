//! What was done and when: the local activity log, and doubts about the clock.

pub(crate) mod clock_doubt;
pub(crate) mod event;
