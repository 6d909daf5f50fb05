//! The health check: weak, reused and breached passwords, and what else is wrong with items.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::clock::Timestamp;
use vault_engine::health::{Breached, Issue, IssueKind, Missing, Report};

use super::count::count;
use super::list::ItemRow;

/// The optional checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthChoice {
    /// Check for breached passwords at a service, by the first 20 bits of their hashes. Off by default.
    pub breached: bool,
    /// Days after which an unchanged password is old; none for never.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_after_days: Option<u32>,
}

/// The kinds of issues, most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HealthKind {
    /// The password occurs in known data breaches.
    Breached,
    /// The password is easy to guess.
    Weak,
    /// The password is used for other accounts too.
    Reused,
    /// It has expired.
    Expired,
    /// It expires within a month.
    ExpiresSoon,
    /// The password has not been changed for a long time.
    Old,
    /// An address is opened without encryption.
    Unencrypted,
    /// The site offers one-time codes, and there is none.
    NoCode,
    /// Another item has the same content.
    Duplicate,
    /// A login is incomplete.
    Incomplete,
}

/// Whether passwords were checked for breaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum BreachCheck {
    /// Not checked; nothing left the computer.
    Off,
    /// All were checked.
    Checked,
    /// Some responses are missing.
    Incomplete,
}

/// The number of items with an issue of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthCount {
    /// The kind.
    pub kind: HealthKind,
    /// How many.
    pub count: u32,
}

/// The result of the last check, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthView {
    /// When it ended.
    #[ts(type = "number")]
    pub checked_at: u64,
    /// Items checked.
    pub examined: u32,
    /// Damaged items among them.
    pub unreadable: u32,
    /// Items with an issue of some kind.
    pub items: u32,
    /// Whether passwords were checked for breaches.
    pub breached: BreachCheck,
    /// Items whose passwords could not be checked for breaches.
    pub breached_unknown: u32,
    /// The count of every kind, most severe first.
    pub counts: Vec<HealthCount>,
}

/// The missing part of a login.
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
    /// By kind: the number of breaches, the score 0 to 2, the number of other items, or days.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// The missing part, if it is incomplete.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<HealthMissing>,
}

/// A page of the items with one kind of issue, worst first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthPage {
    /// All items with such an issue.
    pub total: u32,
    /// The rows of this page; items deleted since the check are left out.
    pub rows: Vec<HealthRow>,
}

impl HealthView {
    /// The counts of a report that was finished `at`.
    pub(crate) fn new(at: Timestamp, report: &Report) -> Self {
        let (breached, unknown) = match report.breached {
            Breached::Off => (BreachCheck::Off, 0),
            Breached::Checked => (BreachCheck::Checked, 0),
            Breached::Incomplete { unknown } => (BreachCheck::Incomplete, unknown),
        };
        Self {
            checked_at: at.0,
            examined: report.examined,
            unreadable: report.unreadable,
            items: count(report.items()),
            breached,
            breached_unknown: unknown,
            counts: IssueKind::ALL
                .map(|kind| HealthCount { kind: kind.into(), count: count(report.of(kind).len()) })
                .into(),
        }
    }
}

impl HealthRow {
    /// The row of an item with an issue.
    pub(crate) fn new(item: ItemRow, issue: Issue) -> Self {
        Self { item, number: number(issue), missing: missing(issue) }
    }
}

fn number(issue: Issue) -> Option<u64> {
    match issue {
        Issue::Breached { times } => Some(times),
        Issue::Weak { score } => Some(score.into()),
        Issue::Reused { others } | Issue::Duplicate { others } => Some(others.into()),
        Issue::ExpiresSoon { days } | Issue::Old { days } => Some(days.into()),
        Issue::Expired | Issue::Unencrypted | Issue::NoCode | Issue::Incomplete { .. } => None,
    }
}

fn missing(issue: Issue) -> Option<HealthMissing> {
    match issue {
        Issue::Incomplete { missing: Missing::Password } => Some(HealthMissing::Password),
        Issue::Incomplete { missing: Missing::Username } => Some(HealthMissing::Username),
        Issue::Incomplete { missing: Missing::Address } => Some(HealthMissing::Address),
        _ => None,
    }
}

macro_rules! kinds {
    ($($kind:ident),+) => {
        impl From<IssueKind> for HealthKind {
            fn from(kind: IssueKind) -> Self {
                match kind { $(IssueKind::$kind => Self::$kind),+ }
            }
        }

        impl From<HealthKind> for IssueKind {
            fn from(kind: HealthKind) -> Self {
                match kind { $(HealthKind::$kind => Self::$kind),+ }
            }
        }
    };
}
kinds!(Breached, Weak, Reused, Expired, ExpiresSoon, Old, Unencrypted, NoCode, Duplicate, Incomplete);
