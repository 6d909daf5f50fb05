//! Integration with the operating system, and the process itself. The keychain is in `vault-engine`,
//! `profile/keychain.rs`.

pub mod clipboard;
pub mod crash;
pub mod dialog;
pub mod idle;
pub mod opener;
pub mod process;
#[cfg(target_os = "linux")]
pub mod programs;
pub mod question;
pub mod sandbox;
pub mod screen;
pub mod strings;
pub(crate) mod test_hooks;
pub mod tray;
pub mod window;
