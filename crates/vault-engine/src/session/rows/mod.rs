//! Reading and writing single tables, without a session.

pub(crate) mod blobs;
pub(crate) mod counts;
pub(crate) mod entries;
pub(crate) mod freshness;
pub(crate) mod meta;
pub(crate) mod restoring;
pub(crate) mod status;
pub(crate) mod stored;
pub(crate) mod view;
pub(crate) mod write_state;
