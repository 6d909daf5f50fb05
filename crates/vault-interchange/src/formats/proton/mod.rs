//! Proton Pass: JSON, an archive of it with the files of the items, and either of them encrypted with a password.

mod files;
mod item;
pub(super) mod json;
pub(super) mod pgp;
pub(super) mod zip;

use crate::format::Program;

const PROGRAM: Program = Program { id: "proton", name: "Proton Pass" };
