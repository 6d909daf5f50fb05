//! What Coffer can do, as use-cases the desktop application and other front ends call.
//!
//! Types in [`views`] are what crosses into the interface; they hold no secret except where a
//! use-case was asked to reveal one.
pub mod views;
