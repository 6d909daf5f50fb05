//! The socket by which other programs of the user reach the profiles while the window program runs.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use vault_agent::protocol::Role;
use vault_agent::{Claim, Host, Location, Others, Program, Serving, serve};
use vault_api::Coffer;

/// The right to listen, taken before a profile is opened: an agent of the command line that has one open ends first.
pub struct Listening(Mutex<State>);

enum State {
    /// Another program does not give way. It is named when a profile is opened that it has.
    Impossible,
    Claimed(Claim),
    Serving(#[expect(dead_code, reason = "dropping it removes the socket")] Serving),
}

impl Listening {
    /// Takes the right for a data folder.
    pub fn claim(data: &Path) -> Self {
        let claim = Location::of(data).ok().and_then(|location| location.claim(Others::Asked).ok());
        Self(Mutex::new(claim.map_or(State::Impossible, State::Claimed)))
    }

    /// Answers other programs from now on.
    pub fn begin(&self, coffer: Coffer) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match std::mem::replace(&mut *state, State::Impossible) {
            State::Claimed(claim) => {
                let runtime = tauri::async_runtime::handle().inner().clone();
                // Without a socket the command line finds the profile in use.
                serve(claim, Arc::new(Desktop { coffer }), runtime).map_or(State::Impossible, State::Serving)
            }
            other => other,
        };
    }

    /// Answers no longer, and lets other programs open the profiles.
    pub fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::Impossible;
    }
}

struct Desktop {
    coffer: Coffer,
}

impl Host for Desktop {
    fn role(&self) -> Role {
        Role::Desktop
    }

    fn coffer(&self) -> &Coffer {
        &self.coffer
    }

    /// Other programs may see whether the profile is open, and lock it.
    fn allows(&self, _program: &Program) -> bool {
        false
    }

    fn used(&self) {}

    fn end(&self) -> bool {
        false
    }
}
