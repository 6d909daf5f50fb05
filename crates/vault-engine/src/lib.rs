//! The engine of Coffer: one person's encrypted profile on this computer.
pub mod item;
