//! Journeys of a person through the real application, on a screen, a session bus and a keychain of their own.

mod documents;
mod faults;
mod first_run;
mod harness;
mod import;
mod locking;
mod shell;
