//! Builders of the result of an import.

mod import;
mod item;
mod labelled;
mod meaning;
mod unknown;

pub(crate) use import::ImportBuilder;
pub(crate) use item::ItemBuilder;
