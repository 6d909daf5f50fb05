//! PostgreSQL: what only it can do.

mod connection;
mod faults;
mod hints;
mod load;
mod network;
mod nodes;
mod patroni;
mod program;
mod proxy;
mod roles;
mod statements;
mod timeline;
