//! Lists of items, and search.

pub(crate) mod list;
pub(crate) mod query;
mod read;
pub(crate) mod search;
pub(crate) mod search_index;
mod selection;

pub use selection::Selection;
