//! The report of a health check: ids, kinds and counts, never a value.

use vault_wire::ItemId;

/// The part that a login lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A password; there is no passkey either.
    Password,
    /// A user name.
    Username,
    /// A web address, so that it matches no site.
    Address,
}

/// A problem of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Issue {
    /// The password is in a database of breached passwords.
    Breached {
        /// How often it was seen.
        times: u64,
    },
    /// The password is easy to guess.
    Weak {
        /// 0 (very weak) to 2.
        score: u8,
    },
    /// The password is used for other accounts too.
    Reused {
        /// Number of other items.
        others: u32,
    },
    /// The item has expired.
    Expired,
    /// The item expires soon.
    ExpiresSoon {
        /// Days until then.
        days: u32,
    },
    /// The password has not been changed for a long time.
    Old {
        /// Days since the last change.
        days: u32,
    },
    /// A web address is opened without encryption.
    Unencrypted,
    /// The site offers one-time codes, but the item has none.
    NoCode,
    /// Another item has the same content.
    Duplicate {
        /// Number of other items.
        others: u32,
    },
    /// A login is incomplete.
    Incomplete {
        /// The missing part.
        missing: Missing,
    },
}

/// The kinds of issues, most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueKind {
    /// [`Issue::Breached`]
    Breached,
    /// [`Issue::Weak`]
    Weak,
    /// [`Issue::Reused`]
    Reused,
    /// [`Issue::Expired`]
    Expired,
    /// [`Issue::ExpiresSoon`]
    ExpiresSoon,
    /// [`Issue::Old`]
    Old,
    /// [`Issue::Unencrypted`]
    Unencrypted,
    /// [`Issue::NoCode`]
    NoCode,
    /// [`Issue::Duplicate`]
    Duplicate,
    /// [`Issue::Incomplete`]
    Incomplete,
}

impl IssueKind {
    /// All kinds, most severe first.
    pub const ALL: [Self; 10] = [
        Self::Breached,
        Self::Weak,
        Self::Reused,
        Self::Expired,
        Self::ExpiresSoon,
        Self::Old,
        Self::Unencrypted,
        Self::NoCode,
        Self::Duplicate,
        Self::Incomplete,
    ];
}

impl Issue {
    /// Returns the kind.
    #[must_use]
    pub const fn kind(self) -> IssueKind {
        match self {
            Self::Breached { .. } => IssueKind::Breached,
            Self::Weak { .. } => IssueKind::Weak,
            Self::Reused { .. } => IssueKind::Reused,
            Self::Expired => IssueKind::Expired,
            Self::ExpiresSoon { .. } => IssueKind::ExpiresSoon,
            Self::Old { .. } => IssueKind::Old,
            Self::Unencrypted => IssueKind::Unencrypted,
            Self::NoCode => IssueKind::NoCode,
            Self::Duplicate { .. } => IssueKind::Duplicate,
            Self::Incomplete { .. } => IssueKind::Incomplete,
        }
    }
}

/// One issue of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The item.
    pub item: ItemId,
    /// The issue.
    pub issue: Issue,
}

/// The state of the search for breached passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breached {
    /// Not requested; nothing left the computer.
    Off,
    /// Every password was checked.
    Checked,
    /// Some responses were missing or malformed: unreported passwords may be breached too.
    Incomplete {
        /// Number of items whose passwords were not checked.
        unknown: u32,
    },
}

/// The result of a health check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Number of items examined.
    pub examined: u32,
    /// Number of these that are damaged and were not checked.
    pub unreadable: u32,
    /// The state of the search for breached passwords.
    pub breached: Breached,
    /// The findings by kind, most severe first, and within a kind worst first.
    findings: Vec<Finding>,
}

impl Report {
    /// Creates the report and sorts the findings.
    pub(super) fn new(
        examined: u32,
        unreadable: u32,
        breached: Breached,
        mut findings: Vec<Finding>,
    ) -> Self {
        findings.sort_by_key(|finding| (finding.issue.kind(), worst_first(finding.issue)));
        Self { examined, unreadable, breached, findings }
    }

    /// Returns all findings by kind, most severe first, and within a kind worst first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the findings of one kind, worst first.
    #[must_use]
    pub fn of(&self, kind: IssueKind) -> &[Finding] {
        let start = self.findings.partition_point(|finding| finding.issue.kind() < kind);
        let end = self.findings.partition_point(|finding| finding.issue.kind() <= kind);
        self.findings.get(start..end).unwrap_or_default()
    }

    /// Returns the number of items with an issue.
    #[must_use]
    pub fn items(&self) -> usize {
        let ids: std::collections::HashSet<ItemId> =
            self.findings.iter().map(|finding| finding.item).collect();
        ids.len()
    }
}

/// Returns a sort key, smaller for worse issues of a kind. A stable sort keeps equal ones in the order of examination.
fn worst_first(issue: Issue) -> i64 {
    let most = |number: u64| -i64::try_from(number).unwrap_or(i64::MAX);
    match issue {
        Issue::Breached { times } => most(times),
        Issue::Reused { others } | Issue::Duplicate { others } => most(others.into()),
        Issue::Old { days } => most(days.into()),
        Issue::Weak { score } => score.into(),
        Issue::ExpiresSoon { days } => days.into(),
        Issue::Incomplete { missing } => missing as i64,
        Issue::Expired | Issue::Unencrypted | Issue::NoCode => 0,
    }
}
