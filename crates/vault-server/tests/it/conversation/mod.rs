//! What programs say to a server, and what it answers. `tests/conversations` has what they said in each version, for ever.

pub mod account;
pub mod approval;
mod exchange;
mod replay;
mod tape;
mod typed;
pub mod vault;
