//! What comes out: ids, kinds and counts, never a value.

use vault_wire::ItemId;

/// What a login lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The password, and there is no passkey either.
    Password,
    /// The user name.
    Username,
    /// A web address, so it is found for no site.
    Address,
}

/// Something that a person may want to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Issue {
    /// The password is in collections of stolen ones.
    Stolen {
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
        /// By how many other items.
        others: u32,
    },
    /// It has expired.
    Expired,
    /// It expires soon.
    ExpiresSoon {
        /// In how many days.
        days: u32,
    },
    /// The password has not been changed for long.
    Old {
        /// For how many days.
        days: u32,
    },
    /// An address is opened without encryption.
    Unencrypted,
    /// The site offers one-time codes, and there is none.
    NoCode,
    /// Another item says the same.
    Duplicate {
        /// How many others.
        others: u32,
    },
    /// A login lacks something.
    Incomplete {
        /// What.
        missing: Missing,
    },
}

/// The kinds of issues, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueKind {
    /// [`Issue::Stolen`]
    Stolen,
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
    /// Every kind, gravest first.
    pub const ALL: [Self; 10] = [
        Self::Stolen,
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
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> IssueKind {
        match self {
            Self::Stolen { .. } => IssueKind::Stolen,
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
    /// What is wrong with it.
    pub issue: Issue,
}

/// Whether passwords were looked for among stolen ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stolen {
    /// Not asked for; nothing left the computer.
    Off,
    /// Every password was looked for.
    Checked,
    /// Some answers did not come or could not be understood: passwords not found may be stolen all the same.
    Incomplete {
        /// How many items' passwords were not looked for.
        unknown: u32,
    },
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many items were looked at.
    pub examined: u32,
    /// Of them damaged, so that nothing can be said about them.
    pub unreadable: u32,
    /// Whether passwords were looked for among stolen ones.
    pub stolen: Stolen,
    /// What is wrong, by kind, gravest first, and within a kind worst first.
    findings: Vec<Finding>,
}

impl Report {
    /// Puts the findings in order.
    pub(super) fn new(examined: u32, unreadable: u32, stolen: Stolen, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| (finding.issue.kind(), worst_first(finding.issue)));
        Self { examined, unreadable, stolen, findings }
    }

    /// All that was found, by kind, gravest first, and within a kind worst first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What was found of one kind, worst first.
    #[must_use]
    pub fn of(&self, kind: IssueKind) -> &[Finding] {
        let start = self.findings.partition_point(|finding| finding.issue.kind() < kind);
        let end = self.findings.partition_point(|finding| finding.issue.kind() <= kind);
        self.findings.get(start..end).unwrap_or_default()
    }

    /// How many items have an issue of some kind.
    #[must_use]
    pub fn items(&self) -> usize {
        let ids: std::collections::HashSet<ItemId> =
            self.findings.iter().map(|finding| finding.item).collect();
        ids.len()
    }
}

/// Smaller for what is worse within its kind; a stable sort leaves equals in the order of the walk.
fn worst_first(issue: Issue) -> i64 {
    let most = |number: u64| -i64::try_from(number).unwrap_or(i64::MAX);
    match issue {
        Issue::Stolen { times } => most(times),
        Issue::Reused { others } | Issue::Duplicate { others } => most(others.into()),
        Issue::Old { days } => most(days.into()),
        Issue::Weak { score } => score.into(),
        Issue::ExpiresSoon { days } => days.into(),
        Issue::Incomplete { missing } => missing as i64,
        Issue::Expired | Issue::Unencrypted | Issue::NoCode => 0,
    }
}
