//! The program that draws documents for Coffer. It is started for one picture at a time, sandboxes itself and has no keys.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    vault_preview::worker::run()
}
