//! When an address of an item is meant for a page.

/// How the address of a page must look like one of an item's for the item to be offered there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum UrlMatch {
    /// The same registrable domain, whatever comes before it.
    #[default]
    Domain,
    /// The same host, and the same port if one is given.
    Host,
    /// It begins with the item's address.
    StartsWith,
    /// It is the item's address.
    Exact,
    /// The item's address is a regular expression that fits all of it.
    Pattern,
    /// Never: the address is only noted down.
    Never,
    /// A rule of a newer program; treated as never.
    Newer(u64),
}

impl UrlMatch {
    /// The rules in the order they are offered.
    pub const ALL: [Self; 6] =
        [Self::Domain, Self::Host, Self::StartsWith, Self::Exact, Self::Pattern, Self::Never];

    /// The number in the payload; the default is not written there and has none.
    pub(crate) const fn number(self) -> Option<u64> {
        match self {
            Self::Domain => None,
            Self::Host => Some(1),
            Self::StartsWith => Some(2),
            Self::Exact => Some(3),
            Self::Pattern => Some(4),
            Self::Never => Some(5),
            Self::Newer(number) => Some(number),
        }
    }

    /// The rule with a number.
    pub(crate) fn from_number(number: u64) -> Self {
        Self::ALL.into_iter().find(|rule| rule.number() == Some(number)).unwrap_or(Self::Newer(number))
    }
}
