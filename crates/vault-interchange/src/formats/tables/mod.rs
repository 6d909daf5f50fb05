//! Tables of programs whose files differ in little but their columns. Each is a [`Layout`]: what its columns mean, and functions
//! for what a column alone does not say. A new one is described in `programs.rs`, or in a file of its own if it needs code.

pub(super) mod buttercup;
mod cell;
pub(super) mod coffer;
pub(super) mod dashlane;
pub(super) mod dashlane_zip;
pub(super) mod enpass;
pub(super) mod keeper;
pub(super) mod lastpass;
mod layout;
mod mapped;
pub(super) mod nordpass;
pub(super) mod notes;
pub(super) mod onepassword;
pub(super) mod passpack;
pub(super) mod programs;
pub(super) mod proton;
mod register;
pub(super) mod roboform;
pub(super) mod upm;
pub(super) mod zoho;

pub(crate) use layout::Layout;
use layout::{Rest, login_or_note};
pub(super) use mapped::IMPORTER as MAPPED;
pub(crate) use mapped::columns as mapped_columns;
use register::csv;
