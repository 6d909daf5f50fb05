//! Bitwarden.

pub(super) mod csv;
pub(super) mod json;
pub(super) mod zip;

use crate::format::Program;

const PROGRAM: Program = Program { id: "bitwarden", name: "Bitwarden" };
