//! The registry of import formats.
//!
//! # How to add a format
//!
//! 1. `src/formats/<program>/<format>.rs`: a constant `IMPORTER` with the names, what the format asks for, the detection and
//!    the reader. Take each value out of a row, object or element, put it into the `ItemBuilder`, and pass what is left to
//!    `unknown_cells` or `unknown_members`. A syntax of a new kind gets a variant of `Reader`, handled in `importer.rs` and
//!    `detect.rs`. The program's `Program` names the text of its help in the interface and its row in the guide.
//!    A table whose description is all that it needs is a `Layout` in `tables/programs.rs`; steps 3 and 6 then cost a test file.
//! 2. This file: one line in [`IMPORTERS`].
//! 3. `testdata/<program>-….<extension>`: hand-written files, with the password `fuzz` if they have one. Tests fail until each is listed in `tests/it/hostile.rs` and
//!    the columns of a table in `tests/it/silent_loss.rs`; what the values become is a test in a file of the format's name.
//! 4. `cargo xtask bindings` for the interface; its type check then names the missing texts in
//!    `ui/src/shared/i18n/*/importing.ts`, or `importingTables.ts` for tables.
//! 5. `docs/formats/import.md` and `docs/user-guide.md`: `tests/it/registry.rs` names the missing rows.
//! 6. `fuzz/`, except for tables, which have one target together: `fuzz_targets/import_<id>.rs`, its entry in `Cargo.toml`, a text in `crates/vault-fuzz/tests/it/seeds.rs`,
//!    and a corpus made with `COFFER_WRITE_CORPUS=1`; the tests of `vault-fuzz` name what is missing.

mod authenticators;
mod bitwarden;
mod browsers;
mod cxf;
mod keepass;
mod onepassword;
mod proton;
mod records;
mod tables;

use std::{collections::BTreeSet, path::Path};

use crate::{format::Program, importer::Importer};

pub(crate) use tables::{Layout, mapped_columns};

/// Every import format, in the order of detection: of two that recognise a file, the first reads it.
pub const IMPORTERS: &[Importer] = &[
    keepass::kdbx::IMPORTER,
    keepass::xml::IMPORTER,
    proton::zip::IMPORTER,
    bitwarden::zip::IMPORTER,
    tables::dashlane_zip::IMPORTER,
    bitwarden::json::IMPORTER,
    bitwarden::csv::IMPORTER,
    onepassword::pux::ARCHIVE,
    onepassword::pux::DATA,
    onepassword::opvault::IMPORTER,
    onepassword::pif::IMPORTER,
    proton::pgp::IMPORTER,
    proton::json::IMPORTER,
    records::enpass::IMPORTER,
    records::dashlane::IMPORTER,
    records::keeper::IMPORTER,
    records::passman::IMPORTER,
    records::psono::IMPORTER,
    records::fpm::IMPORTER,
    records::pwsafe::IMPORTER,
    records::kaspersky::IMPORTER,
    records::keychain::IMPORTER,
    cxf::IMPORTER,
    authenticators::json::IMPORTER,
    authenticators::lines::IMPORTER,
    authenticators::xml::IMPORTER,
    authenticators::winauth::IMPORTER,
    authenticators::picture::IMPORTER,
    // Known by a plausible number alone.
    authenticators::sealed::IMPORTER,
    browsers::firefox::IMPORTER,
    browsers::chrome::IMPORTER,
    tables::coffer::IMPORTER,
    tables::lastpass::IMPORTER,
    tables::onepassword::IMPORTER,
    tables::proton::IMPORTER,
    tables::dashlane::IMPORTER,
    tables::nordpass::IMPORTER,
    tables::roboform::IMPORTER,
    tables::programs::KEEPASSXC,
    tables::programs::KEEPASS_1,
    tables::programs::SAFEINCLOUD,
    tables::buttercup::IMPORTER,
    tables::zoho::IMPORTER,
    tables::programs::PADLOCK,
    tables::passpack::IMPORTER,
    tables::programs::SYNOLOGY,
    tables::programs::GORILLA,
    tables::programs::BLUR,
    tables::programs::FF_PASSWORD_EXPORTER,
    tables::programs::APPLE,
    // Without a header.
    tables::enpass::IMPORTER,
    tables::keeper::IMPORTER,
    tables::upm::IMPORTER,
    tables::MAPPED,
];

/// The id of the format of any table whose columns the user explains.
pub const MAPPED_TABLE: &str = "mapped_csv";

/// Returns the importer of the format with an id.
#[must_use]
pub fn find_importer(id: &str) -> Option<&'static Importer> {
    IMPORTERS.iter().find(|importer| importer.format.id == id)
}

/// Whether a folder is an export of a program, by its name.
pub(crate) fn is_export(folder: &Path) -> bool {
    folder.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("opvault"))
}

/// Returns the programs whose files can be read, each once, in the order of [`IMPORTERS`].
#[must_use]
pub fn programs() -> Vec<&'static Program> {
    let mut programs: Vec<&Program> = Vec::new();
    for importer in IMPORTERS {
        if !programs.contains(&importer.format.program) {
            programs.push(importer.format.program);
        }
    }
    programs
}

/// Returns the extensions of all formats, in lower case.
#[must_use]
pub fn extensions() -> BTreeSet<&'static str> {
    IMPORTERS.iter().flat_map(|importer| importer.format.extensions).copied().collect()
}
