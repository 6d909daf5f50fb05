//! 1Password: 1PUX of version 8, 1PIF and OPVault of the versions before.

mod category;
mod field;
mod files;
mod item;
pub(super) mod opvault;
pub(super) mod pif;
pub(super) mod pux;

use crate::format::Program;

const PROGRAM: Program = Program { id: "onepassword", name: "1Password" };
