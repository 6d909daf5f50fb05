//! What an operator does with a server: the real program, its files and its sockets.

mod certificate;
mod keys;
mod operator;
