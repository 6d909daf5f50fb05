//! The use-cases, one file for each domain, as methods of [`Coffer`](crate::Coffer); and the list of all commands.

mod account;
mod activity;
mod app;
mod approval;
mod backup;
mod bulk;
mod document;
mod draft;
mod evidence;
mod health;
mod history;
mod import;
mod item;
mod job;
mod join_code;
mod keys;
mod kit;
#[macro_use]
mod list;
mod members;
mod moving;
mod network;
mod offline;
mod otp_export;
mod otp_import;
mod password;
mod profile;
mod profile_copy;
mod reenrolment;
mod repair;
mod retention;
mod secret;
mod security;
mod server;
mod session;
mod ssh;
mod sync;
mod team;
mod tools;
mod undo;
mod upload;
mod vault;

pub use join_code::join_code_in_text;
pub use otp_import::{Dropped, codes_in_text};
pub use secret::{CopyRole, WebAddress};
pub use ssh::KeySource;
