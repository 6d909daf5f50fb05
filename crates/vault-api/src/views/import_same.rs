//! Items of a file that exist with another content.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What becomes of an item that exists with another content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ImportSame {
    /// It is added beside the existing one.
    #[default]
    Keep,
    /// It becomes a newer revision of the existing one.
    Merge,
    /// It is left out.
    Skip,
}
