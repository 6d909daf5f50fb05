//! The program that has the profile and listens.

use vault_api::Coffer;

use crate::peer::Program;
use crate::protocol::Role;

/// The program that listens.
pub trait Host: Send + Sync + 'static {
    /// Which one it is.
    fn role(&self) -> Role;
    /// The handle of the profile.
    fn coffer(&self) -> &Coffer;
    /// Whether a program may use the open profile. The user may be asked meanwhile.
    fn allows(&self, program: &Program) -> bool;
    /// Notes that the profile is in use.
    fn used(&self);
    /// Ends this program soon, and returns whether it will.
    fn end(&self) -> bool;
}
