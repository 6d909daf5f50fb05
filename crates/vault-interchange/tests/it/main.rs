//! The importers with hand-written and with arbitrary files.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "support code may fail a test directly"
)]

mod authenticators;
mod bitwarden_csv;
mod bitwarden_json;
mod bitwarden_zip;
mod browsers;
mod cxf_export;
mod export;
mod export_items;
mod fingerprint;
mod hostile;
mod kdbx_writer;
mod keepass;
mod mapping;
mod onepassword;
mod proton;
mod records;
mod registry;
mod round_trip;
mod same;
mod silent_loss;
mod support;
mod tables;
mod unknown_members;
