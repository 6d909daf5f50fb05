//! The program that has the profile and listens.

use vault_api::Coffer;

use crate::peer::Program;
use crate::protocol::Role;

/// Whether a program may use the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It may.
    Allowed,
    /// It may not.
    Refused,
    /// No profile is open.
    Locked,
}

/// The program that listens.
pub trait Host: Send + Sync + 'static {
    /// Which one it is.
    fn role(&self) -> Role;
    /// The handle of the profile.
    fn coffer(&self) -> &Coffer;
    /// Whether a program may use the open profile now; called before each request. The user may be asked meanwhile.
    fn permits(&self, program: &Program) -> Permission;
    /// Notes that the profile is in use.
    fn used(&self);
    /// Ends this program soon, and returns whether it will.
    fn end(&self) -> bool;
}
