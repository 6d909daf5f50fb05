//! The program that draws documents for Coffer: it is started for one picture at a time, shuts itself in and holds no key.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    vault_preview::child::run()
}
