//! Bitwarden.

pub(super) mod csv;
pub(super) mod json;

use crate::format::Program;

const PROGRAM: Program = Program { id: "bitwarden", name: "Bitwarden" };
