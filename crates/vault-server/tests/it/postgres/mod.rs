//! PostgreSQL: what only it can do.

mod connection;
mod faults;
mod hints;
mod nodes;
mod program;
mod proxy;
mod roles;
mod statements;
mod timeline;
