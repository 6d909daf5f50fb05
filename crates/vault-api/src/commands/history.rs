//! The revisions of items.

use vault_engine::session::{Secrets, Stored};
use vault_engine::{ItemId, RevHash};

use super::item::item_view;
use crate::coffer::Coffer;
use crate::error::Result;
use crate::views::{DifferenceView, HistoryEntry, ItemView};

impl Coffer {
    /// Returns the revisions of an item, newest first.
    ///
    /// # Errors
    /// `not_found`, or a damaged database.
    pub async fn item_history(&self, id: ItemId) -> Result<Vec<HistoryEntry>> {
        self.read(move |session| Ok(session.history(id)?.into_iter().map(Into::into).collect())).await
    }

    /// Returns an item as of a revision.
    ///
    /// # Errors
    /// `not_found`, `password_needed`, or a damaged database.
    pub async fn item_at_revision(&self, id: ItemId, revision: RevHash) -> Result<ItemView> {
        self.read_guarded(id, move |session, opened, guard| {
            // A field that is public now may have been concealed then, and the item may have become re-prompt since.
            guard()?;
            let item = session.at_revision(id, revision)?;
            let view = ItemView::new((id, opened.vault), revision, &item, opened.revisions);
            Ok(view.not_after(opened.received_at))
        })
        .await
    }

    /// Makes an earlier revision the current one, as a new revision.
    ///
    /// # Errors
    /// `not_found`, `password_needed` since the item may not have been re-prompt then, or the disk.
    pub async fn item_restore_revision(&self, id: ItemId, revision: RevHash) -> Result<ItemView> {
        self.change_guarded(id, move |session| {
            let Stored { id, revision: _ } = session.restore_revision(id, revision)?;
            item_view(session, id)
        })
        .await
    }

    /// Removes the mark "edited in two places"; the superseded values stay in the history.
    ///
    /// # Errors
    /// `not_found`, `password_needed`, or the disk.
    pub async fn item_superseded_dismiss(&self, id: ItemId) -> Result<ItemView> {
        self.edit_item(id, |item| {
            item.flags.edited_in_two_places = false;
            item.superseded.clear();
            Ok(())
        })
        .await
    }

    /// Compares two revisions of an item; concealed values are included only if `reveal` is set.
    ///
    /// # Errors
    /// `not_found`, `password_needed` if the item asks for the master password again, or a damaged database.
    pub async fn history_compare(
        &self,
        id: ItemId,
        (before, after): (RevHash, RevHash),
        reveal: bool,
    ) -> Result<Vec<DifferenceView>> {
        let secrets = if reveal { Secrets::Show } else { Secrets::Hide };
        self.read_guarded(id, move |session, _, guard| {
            // A field that is public now may have been concealed then.
            guard()?;
            Ok(session.compare(id, before, after, secrets)?.into_iter().map(Into::into).collect())
        })
        .await
    }
}
