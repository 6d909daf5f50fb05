//! Lists of items, and search.

pub(crate) mod list;
pub(crate) mod query;
pub(crate) mod search;
