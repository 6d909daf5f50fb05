//! Syntaxes that several formats share.

pub(crate) mod addresses;
pub(crate) mod base32;
pub(crate) mod date;
pub(crate) mod escapes;
pub(crate) mod folder;
pub(crate) mod json;
pub(crate) mod otp;
pub(crate) mod raw;
pub(crate) mod separator;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod xml;
