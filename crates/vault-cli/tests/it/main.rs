//! The command line as a user runs it: the real program, its real agent, a real profile.

#![cfg(target_os = "linux")]

mod commands;
mod hostile;
mod page;
mod support;
mod together;
