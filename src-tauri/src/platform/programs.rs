//! The socket by which other programs of the user reach the profiles while the window program runs.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tauri::AppHandle;
use vault_agent::protocol::Role;
use vault_agent::{Claim, Host, Location, Others, Permission, Program, Serving, serve};
use vault_api::Coffer;

use super::question::{self, Answered, Question};
use super::strings::Strings;
use super::window;

/// The right to listen, taken before a profile is opened: an agent of the command line that has one open ends first.
pub struct Listening(Mutex<State>);

enum State {
    /// Another program does not give way. It is named when a profile is opened that it has.
    Impossible,
    Claimed(Claim),
    Serving {
        /// Removes the socket when it is dropped.
        _serving: Serving,
        desktop: Arc<Desktop>,
    },
}

impl Listening {
    /// Takes the right for a data folder.
    pub fn claim(data: &Path) -> Self {
        let claim = Location::of(data).ok().and_then(|location| location.claim(Others::Asked).ok());
        Self(Mutex::new(claim.map_or(State::Impossible, State::Claimed)))
    }

    /// Answers other programs from now on.
    pub fn begin(&self, app: &AppHandle, coffer: Coffer) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match std::mem::replace(&mut *state, State::Impossible) {
            State::Claimed(claim) => {
                let runtime = tauri::async_runtime::handle().inner().clone();
                let desktop = Arc::new(Desktop {
                    app: app.clone(),
                    coffer,
                    asking: Mutex::default(),
                    decided: Mutex::default(),
                });
                // Without a socket the command line finds the profile in use.
                serve(claim, Arc::<Desktop>::clone(&desktop), runtime)
                    .map_or(State::Impossible, |serving| State::Serving { _serving: serving, desktop })
            }
            other => other,
        };
    }

    /// Forgets what the user answered: the profile was locked.
    pub fn forget(&self) {
        if let State::Serving { desktop, .. } = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            desktop.decided().clear();
        }
    }

    /// Answers no longer, and lets other programs open the profiles.
    pub fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::Impossible;
    }
}

struct Desktop {
    app: AppHandle,
    coffer: Coffer,
    /// Held while the user is asked: one question after the other.
    asking: Mutex<()>,
    /// What the user answered since the profile was opened.
    decided: Mutex<Vec<(Program, Permission)>>,
}

impl Desktop {
    fn decided(&self) -> MutexGuard<'_, Vec<(Program, Permission)>> {
        self.decided.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, program: &Program) -> Option<Permission> {
        self.decided().iter().find(|(known, _)| known.is(program)).map(|(_, permission)| *permission)
    }

    fn is_unlocked(&self) -> bool {
        tauri::async_runtime::block_on(self.coffer.is_unlocked())
    }

    fn ask(&self, program: &Program) -> Answered {
        let Some(window) = window::main(&self.app) else { return Answered::NotAsked };
        tauri::async_runtime::block_on(async {
            let Ok(status) = self.coffer.app_status().await else { return Answered::NotAsked };
            question::answer(&window, Question::program(Strings::of(&status), &program.shown())).await
        })
    }
}

impl Host for Desktop {
    fn role(&self) -> Role {
        Role::Desktop
    }

    fn coffer(&self) -> &Coffer {
        &self.coffer
    }

    /// The user decides about each program once, until the profile is locked.
    fn permits(&self, program: &Program) -> Permission {
        if !self.is_unlocked() {
            window::show(&self.app);
            return Permission::Locked;
        }
        if let Some(permission) = self.known(program) {
            return permission;
        }
        let _asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        // Another connection of it may have asked meanwhile.
        if let Some(permission) = self.known(program) {
            return permission;
        }
        window::show(&self.app);
        let permission = match self.ask(program) {
            Answered::Yes => Permission::Allowed,
            Answered::No => Permission::Refused,
            Answered::NotAsked => return Permission::Refused,
        };
        let mut decided = self.decided();
        // What was answered for one opening is not valid for the next.
        if !self.is_unlocked() {
            return Permission::Locked;
        }
        decided.push((program.clone(), permission));
        permission
    }

    /// Requests of other programs are no input of the user, who may be away.
    fn used(&self) {}

    fn end(&self) -> bool {
        false
    }
}
