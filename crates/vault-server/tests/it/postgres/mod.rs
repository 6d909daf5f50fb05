//! PostgreSQL: the suites over it, and what only it can do.

mod conformance;
mod connection;
mod faults;
mod proxy;
mod roles;
mod statements;
mod timeline;
