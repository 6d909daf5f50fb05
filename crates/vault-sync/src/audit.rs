//! Reading the account's audit: whether a re-enrolment waits, and whether the server changed what it had recorded.

use vault_engine::session::{AuditRead, AuditedReset, ReenrolStep, Reenrolment, SessionError};
use vault_wire::log::{Recovery, RecoveryState};

use crate::cycle::{CycleError, Profile};
use crate::discovery::ServerPins;
use crate::session::Session;

/// Pages of the audit that are read at once.
const PAGES: usize = 64;

/// Reads what is new in the audit. Returns since when a re-enrolment waits, by the server's clock. One of this profile that
/// another device has deleted ends here.
///
/// What contradicts the events that were read before is stored, after the server was asked whether it was restored.
pub(crate) async fn read(session: &Session, profile: &impl Profile) -> Result<Option<u64>, CycleError> {
    let own = profile.with(|session| session.reenrolment()).await??;
    let mut asked = false;
    for _ in 0..PAGES {
        let after = profile.with(|session| session.audit()).await??.asked_after();
        let page = session.audit(after).await?;
        match profile.with(move |session| session.receive_audit(&page)).await?? {
            AuditRead::More => {}
            AuditRead::End => break,
            AuditRead::Contradicts(_) if !asked => {
                recovery_now(session, profile).await?;
                asked = true;
            }
            AuditRead::Contradicts(trouble) => {
                profile.with(move |session| session.distrust_audit(trouble)).await??;
                break;
            }
        }
    }
    let reset = profile.with(|session| session.audit()).await??.reset;
    if reset == AuditedReset::Cancelled
        && let Some(own @ Reenrolment { step: ReenrolStep::Made { since: Some(_), .. }, .. }) = own
    {
        profile.with(move |session| session.continue_reenrolment(&own, ReenrolStep::Cancelled)).await??;
    }
    Ok(match reset {
        AuditedReset::Waits { since } => Some(since),
        AuditedReset::Cancelled | AuditedReset::None => None,
    })
}

/// Asks the server which recovery it states now: since it was asked last, it may have been restored or have failed over.
/// Returns whether a log may be shorter than before.
pub(crate) async fn recovery_now(session: &Session, profile: &impl Profile) -> Result<Recovery, CycleError> {
    let read: Result<_, SessionError> = profile.with(|session| session.connection()).await?;
    let Some(connection) = read? else { return Ok(Recovery::None) };
    let pins = ServerPins { issuer: Some(connection.issuer), api: connection.api };
    let found = session.client().connection().discover(&pins).await?;
    let stated = found.discovery.recovery;
    let stated = RecoveryState { epoch: stated.epoch, until: stated.until };
    Ok(profile.with(move |session| session.observe_recovery(stated)).await??)
}
