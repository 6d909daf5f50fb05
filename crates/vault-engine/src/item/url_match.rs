//! How an address of an item matches the address of a page.

/// The rule by which an item's address matches a page, so that the item is offered there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum UrlMatch {
    /// The same registrable domain, with any subdomain.
    #[default]
    Domain,
    /// The same host, and the same port if one is given.
    Host,
    /// The page's address starts with the item's address.
    StartsWith,
    /// The page's address is the item's address.
    Exact,
    /// The item's address is a regular expression that matches the whole address of the page.
    Pattern,
    /// Never matches.
    Never,
    /// A rule of a newer version of the program; never matches.
    Newer(u64),
}

impl UrlMatch {
    /// The rules in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Domain, Self::Host, Self::StartsWith, Self::Exact, Self::Pattern, Self::Never];

    /// Returns the number in the payload; the default is not written and has none.
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

    /// Returns the rule with a number.
    pub(crate) fn from_number(number: u64) -> Self {
        Self::ALL.into_iter().find(|rule| rule.number() == Some(number)).unwrap_or(Self::Newer(number))
    }
}
