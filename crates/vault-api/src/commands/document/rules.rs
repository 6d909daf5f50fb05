//! The files that each vault accepts; checked before a file is read.

use vault_engine::document::Rules;
use vault_engine::session::{Session, SessionError};
use vault_engine::{ItemId, VaultId};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::views::DocumentRulesView;

/// The most media types that one vault may refuse.
const MOST_TYPES: usize = 100;

impl Coffer {
    /// Returns the files that a vault accepts; of the home vault if none is named.
    ///
    /// # Errors
    /// `locked`, `not_found`, or a damaged database.
    pub async fn document_rules_get(&self, vault: Option<VaultId>) -> Result<DocumentRulesView> {
        self.read(move |session| {
            let vault = known(session, vault)?;
            let Rules { largest, refused } = rules(session, vault)?;
            Ok(DocumentRulesView { largest, refused })
        })
        .await
    }

    /// Sets the files that a vault accepts from now on. Existing files stay.
    ///
    /// # Errors
    /// `invalid_input` if a rule is not a media type, `not_found`, or the disk.
    pub async fn document_rules_set(
        &self,
        vault: Option<VaultId>,
        rules: DocumentRulesView,
    ) -> Result<DocumentRulesView> {
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

/// The rules of an item's vault; of the home vault for a new item.
pub(super) fn rules_for(session: &Session, item: Option<ItemId>) -> Result<Rules> {
    let vault = item.map(|item| session.get(item)).transpose()?.map(|opened| opened.vault);
    Ok(rules(session, known(session, vault)?)?)
}

fn rules(session: &Session, vault: VaultId) -> Result<Rules, SessionError> {
    let Some(text) = session.setting(&setting(vault))? else { return Ok(Rules::default()) };
    let kept: DocumentRulesView = serde_json::from_str(&text).map_err(|_| SessionError::DatabaseDamaged)?;
    let DocumentRulesView { largest, refused } = kept;
    Ok(Rules { largest, refused })
}

/// The id of an existing vault; of the home vault if none is named.
fn known(session: &Session, vault: Option<VaultId>) -> Result<VaultId> {
    let mut all = session.vaults()?.into_iter();
    let found = all.find(|known| vault.map_or(known.home, |vault| known.id == vault));
    Ok(found.ok_or(ErrorCode::NotFound)?.id)
}

fn setting(vault: VaultId) -> String {
    format!("documents.rules.{vault}")
}
