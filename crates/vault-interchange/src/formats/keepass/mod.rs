//! KeePass 2 and the programs that share its format.

mod database;
pub(super) mod kdbx;
pub(super) mod xml;

use crate::format::Program;

pub(super) const PROGRAM: Program =
    Program { id: "keepass", name: "KeePass, KeePassXC, KeePassDX, Strongbox" };
