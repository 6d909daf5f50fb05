use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ItemRow;

/// What to look for beyond what is always looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthChoice {
    /// Ask a service about stolen passwords, by the first 20 bits of their hashes. Off unless the person turned it on.
    pub stolen: bool,
    /// Days after which an unchanged password is old; none: never.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_after_days: Option<u32>,
}

/// The kinds of issues, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HealthKind {
    /// The password is in collections of stolen ones.
    Stolen,
    /// The password is easy to guess.
    Weak,
    /// The password is used for other accounts too.
    Reused,
    /// It has expired.
    Expired,
    /// It expires within a month.
    ExpiresSoon,
    /// The password has not been changed for long.
    Old,
    /// An address is opened without encryption.
    Unencrypted,
    /// The site offers one-time codes, and there is none.
    NoCode,
    /// Another item says the same.
    Duplicate,
    /// A login lacks something.
    Incomplete,
}

/// Whether passwords were looked for among stolen ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HealthStolen {
    /// No; nothing left the computer.
    Off,
    /// All of them.
    Checked,
    /// Some answers are missing.
    Incomplete,
}

/// How many items have an issue of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthCount {
    /// The kind.
    pub kind: HealthKind,
    /// How many.
    pub count: u32,
}

/// What the last check found, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthView {
    /// When it ended.
    #[ts(type = "number")]
    pub checked_at: u64,
    /// Items looked at.
    pub examined: u32,
    /// Of them damaged.
    pub unreadable: u32,
    /// Items with an issue of some kind.
    pub items: u32,
    /// Whether passwords were looked for among stolen ones.
    pub stolen: HealthStolen,
    /// Items for whose passwords there was no answer.
    pub stolen_unknown: u32,
    /// Every kind with its number, gravest first.
    pub counts: Vec<HealthCount>,
}

/// What a login lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HealthMissing {
    /// The password.
    Password,
    /// The user name.
    Username,
    /// A web address.
    Address,
}

/// An item with an issue.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthRow {
    /// The item.
    pub item: ItemRow,
    /// By kind: how often stolen, the score 0 to 2, how many others, how many days.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// What it lacks, if it is incomplete.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<HealthMissing>,
}

/// A page of the items with one kind of issue, worst first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthPage {
    /// How many there are.
    pub total: u32,
    /// Those of this page; items deleted since the check are left out.
    pub rows: Vec<HealthRow>,
}
