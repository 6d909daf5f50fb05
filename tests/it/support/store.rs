//! The tokens that a device keeps.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use vault_sync::{NotSaved, Saving, TokenStore};
use vault_wire::message::Credential;

/// All refresh tokens that were stored, in order.
#[derive(Default)]
pub struct Kept {
    tokens: Mutex<Vec<String>>,
    full: AtomicBool,
}

impl Kept {
    /// The one that a restarted program has.
    pub fn last(&self) -> Credential<64> {
        Credential::new(self.tokens.lock().unwrap().last().unwrap()).unwrap()
    }

    pub fn count(&self) -> usize {
        self.tokens.lock().unwrap().len()
    }

    /// Whether the disk is full from now on.
    pub fn fill(&self, full: bool) {
        self.full.store(full, Ordering::Relaxed);
    }
}

impl TokenStore for Kept {
    fn save<'a>(&'a self, refresh: &'a Credential<64>) -> Saving<'a> {
        Box::pin(async move {
            if self.full.load(Ordering::Relaxed) {
                return Err(NotSaved);
            }
            self.tokens.lock().unwrap().push(refresh.expose().to_owned());
            Ok(())
        })
    }
}
