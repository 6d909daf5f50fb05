//! Drafts: forms that are sealed in the profile while the user types, and offered again after a lock or crash.

use serde::{Deserialize, Serialize};
use vault_engine::ItemId;
use vault_engine::session::{Draft, DraftId};
use zeroize::{Zeroize, Zeroizing};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::views::{DraftSummary, ItemDraft};

/// The largest draft, in bytes.
const MAX_DRAFT: usize = 4 << 20;

impl Coffer {
    /// Stores a draft, in place of the one named.
    ///
    /// # Errors
    /// `locked`, `not_found` if the draft named is gone, or the disk.
    pub async fn draft_save(&self, id: Option<DraftId>, draft: ItemDraft) -> Result<DraftId> {
        self.read(move |session| {
            // The SSH key in the draft stays with it: the form does not contain it.
            let ssh_key = match id {
                Some(id) => decode_draft(&session.draft_get(id)?)?.ssh_key,
                None => None,
            };
            let content = encode_draft(StoredDraft { form: draft, ssh_key })?;
            Ok(session.draft_save(id, &content)?)
        })
        .await
    }

    /// Returns the drafts, the latest first. An unreadable one is left out.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn draft_list(&self) -> Result<Vec<DraftSummary>> {
        self.read(|session| {
            let drafts = session.draft_list()?;
            Ok(drafts
                .iter()
                .filter_map(|draft| Some(summary(draft, &decode_draft(draft).ok()?.form)))
                .collect())
        })
        .await
    }

    /// Returns the form of a draft.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed` if the form or its item asks for the master password again: the typed text
    /// may be a secret of the item.
    pub async fn draft_get(&self, id: DraftId) -> Result<ItemDraft> {
        let now = self.clock.steady();
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let form = decode_draft(&open.session.draft_get(id)?)?.form;
                let item = form.id.as_deref().and_then(|item| item.parse::<ItemId>().ok());
                // The item may no longer exist; the draft then counts as one of a new item.
                let item = item.and_then(|item| open.session.get(item).ok());
                let marked = form.reprompt || item.is_some_and(|opened| opened.item.flags.reprompt);
                open.guard(marked, now)?;
                Ok(form)
            })
            .await
    }

    /// Deletes a draft.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn draft_discard(&self, id: DraftId) -> Result<()> {
        self.read(move |session| Ok(session.draft_discard(id)?)).await
    }
}

/// The content of a draft before sealing.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredDraft {
    /// The form.
    pub(super) form: ItemDraft,
    /// The private SSH key that will be saved with it, in OpenSSH format; it is never sent to the interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ssh_key: Option<String>,
}

/// Serializes a draft for sealing.
pub(super) fn encode_draft(mut draft: StoredDraft) -> Result<Zeroizing<Vec<u8>>> {
    let content = Zeroizing::new(serde_json::to_vec(&draft).map_err(|_| ErrorCode::Internal)?);
    draft.ssh_key.zeroize();
    if content.len() > MAX_DRAFT { Err(ErrorView::invalid(InputProblem::DraftLarge)) } else { Ok(content) }
}

/// Parses the content of a draft; older versions wrote the form alone.
pub(super) fn decode_draft(draft: &Draft) -> Result<StoredDraft> {
    let alone = || serde_json::from_slice(&draft.content).map(|form| StoredDraft { form, ssh_key: None });
    serde_json::from_slice(&draft.content).or_else(|_| alone()).map_err(|_| ErrorCode::NotFound.into())
}

fn summary(draft: &Draft, form: &ItemDraft) -> DraftSummary {
    DraftSummary {
        id: draft.id.to_string(),
        item_id: form.id.clone(),
        item_type: form.item_type,
        title: form.title.clone(),
        saved_at: draft.saved_at.0,
    }
}
