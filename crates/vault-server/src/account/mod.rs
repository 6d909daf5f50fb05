//! Accounts: what they have on this server, and how they sign in.

pub mod approval;
pub mod decoy;
pub mod delay;
pub mod deletion;
pub mod device;
pub mod factor;
pub mod login_change;
pub mod name;
pub mod operator;
pub mod recovery_code;
pub mod reenrol;
pub mod refresh;
pub mod registration;
pub mod session;
pub mod sign_in;
pub mod sign_up;
pub mod verification;
