//! What each vault takes in: asked before a file is read.

use vault_engine::document::Rules;
use vault_engine::session::{Session, SessionError};
use vault_engine::{ItemId, VaultId};

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::views::{DocumentRulesView, ErrorCode, ErrorView, InputProblem};

/// Rules that one vault may have.
const MOST_TYPES: usize = 100;

impl Coffer {
    /// What a vault takes in; the home vault if none is named.
    ///
    /// # Errors
    /// `locked`, `not_found`, or a damaged database.
    pub async fn document_rules_get(&self, vault: Option<VaultId>) -> Outcome<DocumentRulesView> {
        self.read(move |session| {
            let vault = known(session, vault)?;
            let Rules { largest, refused } = rules(session, vault)?;
            Ok(DocumentRulesView { largest, refused })
        })
        .await
    }

    /// Sets what a vault takes in from now on. What is there stays.
    ///
    /// # Errors
    /// `invalid_input` for what is no media type, `not_found`, or the disk.
    pub async fn document_rules_set(
        &self,
        vault: Option<VaultId>,
        rules: DocumentRulesView,
    ) -> Outcome<DocumentRulesView> {
        if rules.refused.len() > MOST_TYPES || !rules.refused.iter().all(|rule| Rules::is_media_type(rule)) {
            return Err(ErrorView::invalid(InputProblem::FileKinds));
        }
        self.read(move |session| {
            let vault = known(session, vault)?;
            let text = serde_json::to_string(&rules).map_err(|_| ErrorCode::Internal)?;
            session.set_setting(&setting(vault), &text)?;
            Ok(rules)
        })
        .await
    }
}

/// The rules of the vault that an item is in, or a new one would be in.
pub(crate) fn rules_for(session: &Session, item: Option<ItemId>) -> Outcome<Rules> {
    let vault = item.map(|item| session.get(item)).transpose()?.map(|opened| opened.vault);
    Ok(rules(session, known(session, vault)?)?)
}

fn rules(session: &Session, vault: VaultId) -> Result<Rules, SessionError> {
    let Some(text) = session.setting(&setting(vault))? else { return Ok(Rules::default()) };
    let kept: DocumentRulesView = serde_json::from_str(&text).map_err(|_| SessionError::DatabaseDamaged)?;
    let DocumentRulesView { largest, refused } = kept;
    Ok(Rules { largest, refused })
}

/// A vault of this profile; without one that is named, the home vault.
fn known(session: &Session, vault: Option<VaultId>) -> Outcome<VaultId> {
    let mut all = session.vaults()?.into_iter();
    let found = all.find(|known| vault.map_or(known.home, |vault| known.id == vault));
    Ok(found.ok_or(ErrorCode::NotFound)?.id)
}

fn setting(vault: VaultId) -> String {
    format!("documents.rules.{vault}")
}
