//! What an operator does with a server: the real program, its files and its sockets.

mod acme;
mod backup;
mod certificate;
mod drain;
mod keys;
mod operator;
mod outside;
mod proxies;
mod tunnel;
