//! What a profile does, on a real disk with the real database.

mod items;
mod lists;
mod profiles;
mod support;
