//! The open profile, for the synchronization beside the profile thread.

use vault_engine::ProfileId;
use vault_engine::session::Session;
use vault_sync::cycle::{Locked, Profile};

use crate::actor::Actor;
use crate::error::{ErrorCode, Result};
use crate::state::State;

/// One profile, while it is the open one.
#[derive(Clone)]
pub(super) struct OpenProfile {
    pub(super) actor: Actor<State>,
    pub(super) id: ProfileId,
}

impl Profile for OpenProfile {
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> T + Send + 'static,
    ) -> std::result::Result<T, Locked> {
        let id = self.id;
        let done: Result<T> = self
            .actor
            .call(move |state| {
                let session = state.session()?;
                if session.profile().id != id {
                    return Err(ErrorCode::Locked.into());
                }
                Ok(work(session))
            })
            .await;
        done.map_err(|_| Locked)
    }
}
