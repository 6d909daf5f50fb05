//! Programs whose items are flat records: a table says what each member means, and what is not in it is kept as a custom field.

mod layout;

pub(super) mod dashlane;
pub(super) mod enpass;
pub(super) mod fpm;
pub(super) mod kaspersky;
pub(super) mod keeper;
pub(super) mod keychain;
pub(super) mod passman;
pub(super) mod psono;
pub(super) mod pwsafe;
