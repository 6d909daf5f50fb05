//! What differs from system to system, or belongs to the process and not to the vault.

pub mod clipboard;
pub mod crash;
pub mod dialog;
pub mod idle;
pub mod process;
pub mod screen;
pub(crate) mod test_hooks;
pub mod tray;
pub mod window;
pub mod words;
