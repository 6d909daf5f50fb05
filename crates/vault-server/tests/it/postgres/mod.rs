//! PostgreSQL: what only it can do.

mod connection;
mod faults;
mod hints;
mod program;
mod proxy;
mod roles;
mod statements;
mod timeline;
