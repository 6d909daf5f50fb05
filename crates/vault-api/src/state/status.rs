//! The status of the program, as the interface first asks for it.

use vault_engine::disk::ProfileInfo;
use vault_engine::profile::Profiles;
use vault_engine::session::Notice;

use super::State;
use crate::error::Result;
use crate::views::{AppStatus, ProfileSummary, SessionState};

impl State {
    /// The status now. The crash of the last run is reported once.
    pub(crate) fn status(&mut self) -> Result<AppStatus> {
        let settings = self.settings()?;
        let profiles: Vec<ProfileSummary> =
            self.profiles.list().iter().map(|info| summary(&self.profiles, info)).collect();
        let session = match &self.open {
            Some(open) => SessionState::Unlocked {
                profile: self.current_summary(open.session.profile()),
                kit_confirmed: open.session.kit_confirmed()?,
                read_only: open.session.read_only().map(Into::into),
                notices: open
                    .session
                    .notices()
                    .iter()
                    .map(|notice| notice_name(*notice))
                    .chain(open.short_of_memory.then_some("short_of_memory"))
                    .map(str::to_owned)
                    .collect(),
            },
            None if profiles.is_empty() => SessionState::FirstRun,
            None => SessionState::Locked,
        };
        Ok(AppStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles,
            session,
            settings,
            system_language: self.system_language.clone(),
            crashed: self.crashed.take(),
            invitation: self.invitation.is_some(),
        })
    }

    /// The profile under its present name: it may have been renamed since it was opened.
    fn current_summary(&self, info: &ProfileInfo) -> ProfileSummary {
        let listed = self.profiles.list().into_iter().find(|listed| listed.id == info.id);
        summary(&self.profiles, listed.as_ref().unwrap_or(info))
    }
}

fn summary(profiles: &Profiles, info: &ProfileInfo) -> ProfileSummary {
    let pin = profiles.has_pin(info.id);
    ProfileSummary { id: info.id.to_string(), name: info.name.clone(), hue: info.hue, pin }
}

/// The name by which the interface translates a notice.
fn notice_name(notice: Notice) -> &'static str {
    match notice {
        Notice::KeychainUnavailable => "keychain_unavailable",
        Notice::HeaderRestored => "header_restored",
        Notice::HeaderDamaged => "header_damaged",
        Notice::DiskReadOnly => "disk_read_only",
        Notice::RolledBack => "rolled_back",
    }
}
