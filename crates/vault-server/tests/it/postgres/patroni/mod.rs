//! Fail-over by Patroni under load, judged by the verifier that clients use. In `cargo xtask soak` only.

mod asynchronous;
mod cluster;
mod scene;
mod synchronous;
