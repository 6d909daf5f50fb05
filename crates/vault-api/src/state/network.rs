//! A file of authorities that the user has picked and not used yet.

use std::sync::{Mutex, MutexGuard, PoisonError};

use vault_engine::session::AuthorityFile;

/// The file that was picked last. It is not the profile thread's: it is picked before any profile is open, too.
#[derive(Default)]
pub(crate) struct PickedAuthority(Mutex<Option<(String, AuthorityFile)>>);

impl PickedAuthority {
    /// Keeps it in place of the one before.
    pub(crate) fn keep(&self, token: String, file: AuthorityFile) {
        *self.lock() = Some((token, file));
    }

    /// The file of a token, if it is the last one.
    pub(crate) fn find(&self, token: &str) -> Option<AuthorityFile> {
        self.lock().as_ref().filter(|(kept, _)| kept == token).map(|(_, file)| file.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Option<(String, AuthorityFile)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
