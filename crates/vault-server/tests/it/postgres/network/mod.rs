//! The network between a node and its database, in namespaces: the node and its clients in one, the database in another.
//! In `cargo xtask soak` only.

mod delay;
mod faults;
mod link;
