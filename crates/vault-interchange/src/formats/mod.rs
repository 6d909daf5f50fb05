//! The registry of import formats.
//!
//! # How to add a format
//!
//! 1. `src/formats/<program>/<format>.rs`: a constant `IMPORTER` with the names, the detection and the reader. Take each
//!    value out of a row or object, put it into the `ItemBuilder`, and pass what is left to `unknown_cells` or
//!    `unknown_members`. A syntax that is neither JSON nor a table, or a format that asks for a password or a key file,
//!    gets a variant of `Reader`, handled in `importer.rs` and `detect.rs`.
//! 2. This file: one line in [`IMPORTERS`].
//! 3. `testdata/<program>-….<extension>`: hand-written files. Tests fail until each is listed in `tests/it/hostile.rs` and
//!    the columns of a table in `tests/it/silent_loss.rs`; what the values become is a test in a file of the format's name.
//! 4. `cargo xtask bindings` for the interface; its type check then names the missing texts in
//!    `ui/src/shared/i18n/*/importing.ts`.
//! 5. `docs/formats/import.md` and `docs/user-guide.md`: `tests/it/registry.rs` names the missing rows.
//! 6. `fuzz/`: `fuzz_targets/import_<id>.rs`, its entry in `Cargo.toml`, a text in `crates/vault-fuzz/tests/it/seeds.rs`,
//!    and a corpus made with `COFFER_WRITE_CORPUS=1`; the tests of `vault-fuzz` name what is missing.

mod bitwarden;
mod browsers;

use crate::importer::Importer;

/// Every import format, in the order of detection: of two that recognise a file, the first reads it.
pub const IMPORTERS: &[Importer] = &[
    bitwarden::json::IMPORTER,
    bitwarden::csv::IMPORTER,
    browsers::firefox::IMPORTER,
    browsers::chrome::IMPORTER,
];

/// Returns the importer of the format with an id.
#[must_use]
pub fn find_importer(id: &str) -> Option<&'static Importer> {
    IMPORTERS.iter().find(|importer| importer.format.id == id)
}
