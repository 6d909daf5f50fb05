//! Password managers of web browsers.

pub(super) mod chrome;
pub(super) mod firefox;
