//! Recovery by guardians: of a team, and on a computer that has no profile of the account.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::session::{ConsentMade, ConsentState, OpenRequest, TeamRecovery};

/// Whether guardians can open a member's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ConsentStateView {
    /// The member did not consent.
    None,
    /// The guardians can, together.
    Given,
    /// Guardians or keys are others since: the member must consent again.
    Outdated,
}

/// The consent of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamConsentView {
    /// The account, 32 hexadecimal digits.
    pub account: String,
    /// Whether guardians can open it.
    pub state: ConsentStateView,
}

/// A guardian has released a share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamReleaseView {
    /// The guardian.
    pub by: String,
    /// The account that is to be opened.
    pub account: String,
}

/// What a team says about recovery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamRecoveryView {
    /// The accounts of the guardians; none if the team has no recovery.
    pub guardians: Vec<String>,
    /// How many of them are needed.
    pub threshold: u8,
    /// The members who consented, or must do so again.
    pub consents: Vec<TeamConsentView>,
    /// Whether this account is asked to consent, for the first time or again.
    pub asks: bool,
    /// Shares that were released.
    pub released: Vec<TeamReleaseView>,
}

/// The guardians of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GuardiansRequest {
    /// The team.
    pub team: String,
    /// Their accounts, at most 16: owners and managers of the team. Nobody ends the recovery of the team.
    pub accounts: Vec<String>,
    /// How many of them are needed, at least two; 0 for nobody.
    pub threshold: u8,
}

/// A consent or withdrawal that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConsentView {
    /// The text that an owner or manager of the team must add; none if it has effect already.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A request that this account may answer as a guardian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecoveryRequestView {
    /// The team.
    pub team: String,
    /// The account that is to be opened.
    pub account: String,
    /// Its name, if it is known.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A recovery to begin on this computer.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct RegainRequest {
    /// The text of the first guardian.
    pub offer: String,
    /// The login name of the account.
    pub login: String,
    /// The new master password.
    pub password: String,
}

/// How far a recovery on this computer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RegainStep {
    /// Guardians must answer.
    Asked,
    /// Enough have answered: the new password can be registered.
    Answered,
    /// It is registered when the server is reached.
    Sending,
    /// It waits at the server.
    Waiting,
    /// The user can sign in.
    Effective,
    /// A device of the account deleted it.
    Cancelled,
    /// The server knows a later registration, or this computer's clock is slow.
    Superseded,
    /// The server does not take it, such as with another login name.
    Refused,
}

/// A recovery on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RegainView {
    /// The server.
    pub address: String,
    /// The login name of the account.
    pub login: String,
    /// The text for the guardians.
    pub request: String,
    /// The words to read to each of them.
    pub words: Vec<String>,
    /// How many have answered.
    pub answered: u32,
    /// How many must answer.
    pub threshold: u32,
    /// How far it is.
    pub step: RegainStep,
    /// When it takes effect, if it waits.
    #[ts(optional, type = "number")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
}

impl From<ConsentState> for ConsentStateView {
    fn from(state: ConsentState) -> Self {
        match state {
            ConsentState::None => Self::None,
            ConsentState::Given => Self::Given,
            ConsentState::Outdated => Self::Outdated,
        }
    }
}

impl From<TeamRecovery> for TeamRecoveryView {
    fn from(recovery: TeamRecovery) -> Self {
        let TeamRecovery { guardians, threshold, consents, asks, released } = recovery;
        let consent = |(account, state): (vault_engine::AccountId, ConsentState)| TeamConsentView {
            account: account.to_string(),
            state: state.into(),
        };
        let release = |(by, account): (vault_engine::AccountId, vault_engine::AccountId)| TeamReleaseView {
            by: by.to_string(),
            account: account.to_string(),
        };
        Self {
            guardians: guardians.iter().map(ToString::to_string).collect(),
            threshold,
            consents: consents.into_iter().map(consent).collect(),
            asks,
            released: released.into_iter().map(release).collect(),
        }
    }
}

impl From<ConsentMade> for ConsentView {
    fn from(made: ConsentMade) -> Self {
        match made {
            ConsentMade::Stored => Self { text: None },
            ConsentMade::ToBeHanded(text) => Self { text: Some(text) },
        }
    }
}

impl From<OpenRequest> for RecoveryRequestView {
    fn from(request: OpenRequest) -> Self {
        let OpenRequest { team, account, name } = request;
        Self { team: team.to_string(), account: account.to_string(), name }
    }
}
