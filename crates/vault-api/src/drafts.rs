//! Half-filled forms, sealed in the profile while they are typed and offered again after a lock or crash.

use serde::{Deserialize, Serialize};
use vault_engine::ItemId;
use vault_engine::session::{Draft, DraftId};
use zeroize::{Zeroize, Zeroizing};

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::views::{DraftSummary, ErrorCode, ErrorView, InputProblem, ItemDraft};

/// The longest form kept.
const LIMIT: usize = 4 << 20;

impl Coffer {
    /// Keeps a form, in place of the one named.
    ///
    /// # Errors
    /// `locked`, `not_found` if the draft named is gone, or the disk.
    pub async fn draft_save(&self, id: Option<DraftId>, draft: ItemDraft) -> Outcome<DraftId> {
        self.read(move |session| {
            // What the draft holds beside the form stays with it: the form does not know it.
            let ssh_key = match id {
                Some(id) => open_draft(&session.draft_get(id)?)?.ssh_key,
                None => None,
            };
            let content = seal_draft(StoredDraft { form: draft, ssh_key })?;
            Ok(session.draft_save(id, &content)?)
        })
        .await
    }

    /// The forms that were kept, the last one first. One that no longer reads is left out.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn draft_list(&self) -> Outcome<Vec<DraftSummary>> {
        self.read(|session| {
            let drafts = session.draft_list()?;
            Ok(drafts
                .iter()
                .filter_map(|draft| Some(summary(draft, &open_draft(draft).ok()?.form)))
                .collect())
        })
        .await
    }

    /// A form that was kept.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed` if the form or its item asks for the master password again: what was typed
    /// into it may be a secret of the item.
    pub async fn draft_get(&self, id: DraftId) -> Outcome<ItemDraft> {
        let now = self.clock.steady();
        self.owner
            .call(move |state| {
                let open = state.open()?;
                let form = open_draft(&open.session.draft_get(id)?)?.form;
                let item = form.id.as_deref().and_then(|item| item.parse::<ItemId>().ok());
                // The item may be gone; its draft is then a new one's.
                let item = item.and_then(|item| open.session.get(item).ok());
                let marked = form.reprompt || item.is_some_and(|opened| opened.item.flags.reprompt);
                open.guard(marked, now)?;
                Ok(form)
            })
            .await
    }

    /// Throws a form away.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn draft_discard(&self, id: DraftId) -> Outcome<()> {
        self.read(move |session| Ok(session.draft_discard(id)?)).await
    }
}

/// A draft as it is sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredDraft {
    /// The form.
    pub(crate) form: ItemDraft,
    /// A private SSH key that will be saved with it, in OpenSSH's form; the interface never gets it from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ssh_key: Option<String>,
}

/// Writes what is to be sealed.
pub(crate) fn seal_draft(mut draft: StoredDraft) -> Outcome<Zeroizing<Vec<u8>>> {
    let content = Zeroizing::new(serde_json::to_vec(&draft).map_err(|_| ErrorCode::Internal)?);
    draft.ssh_key.zeroize();
    if content.len() > LIMIT { Err(ErrorView::invalid(InputProblem::DraftLarge)) } else { Ok(content) }
}

/// Reads what was sealed; older programs wrote the form alone.
pub(crate) fn open_draft(draft: &Draft) -> Outcome<StoredDraft> {
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
