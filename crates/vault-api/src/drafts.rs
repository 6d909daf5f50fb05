//! Half-filled forms, sealed in the profile while they are typed and offered again after a lock or crash.

use vault_engine::session::{Draft, DraftId};
use zeroize::Zeroizing;

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::views::{DraftSummary, ErrorCode, ItemDraft};

/// The longest form kept.
const LIMIT: usize = 4 << 20;

impl Coffer {
    /// Keeps a form, in place of the one named.
    ///
    /// # Errors
    /// `locked`, `not_found` if the draft named is gone, or the disk.
    pub async fn draft_save(&self, id: Option<DraftId>, draft: ItemDraft) -> Outcome<DraftId> {
        let content = Zeroizing::new(serde_json::to_vec(&draft).map_err(|_| ErrorCode::Internal)?);
        if content.len() > LIMIT {
            return Err(ErrorCode::InvalidInput.into());
        }
        self.read(move |session| Ok(session.draft_save(id, &content)?)).await
    }

    /// The forms that were kept, the last one first. One that no longer reads is left out.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn draft_list(&self) -> Outcome<Vec<DraftSummary>> {
        self.read(|session| {
            let drafts = session.draft_list()?;
            Ok(drafts.iter().filter_map(|draft| Some(summary(draft, &parse(draft).ok()?))).collect())
        })
        .await
    }

    /// A form that was kept.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn draft_get(&self, id: DraftId) -> Outcome<ItemDraft> {
        self.read(move |session| parse(&session.draft_get(id)?)).await
    }

    /// Throws a form away.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn draft_discard(&self, id: DraftId) -> Outcome<()> {
        self.read(move |session| Ok(session.draft_discard(id)?)).await
    }
}

fn parse(draft: &Draft) -> Outcome<ItemDraft> {
    serde_json::from_slice(&draft.content).map_err(|_| ErrorCode::NotFound.into())
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
