//! Items whose secrets former members of a vault know.

use std::collections::BTreeSet;

use vault_engine::session::{ExposedItem, ExposedItems, Session};
use vault_engine::{ItemId, VaultId};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::views::{ExposedView, RotationCount, RotationView, count};

/// Items opened in one call to the profile thread: some ten milliseconds.
const ITEMS_PER_STEP: usize = 32;
/// The most items that are shown.
const MOST: usize = 500;

impl Coffer {
    /// Returns the items of a vault of which former members know secrets, worst first. It is empty for those who are neither
    /// owner nor manager.
    ///
    /// # Errors
    /// `not_found`, `locked`, or a damaged database.
    pub async fn rotation_get(&self, vault: VaultId) -> Result<RotationView> {
        self.rotation(vault, view).await
    }

    /// Returns the vaults with items of which former members know secrets, among those that this account administers.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn rotation_counts(&self) -> Result<Vec<RotationCount>> {
        let mut counts = Vec::new();
        for vault in self.read(|session| Ok(session.vault_ids())).await? {
            match self.rotation(vault, |_, found| Ok(found.due)).await {
                Ok(0) => {}
                Ok(due) => counts.push(RotationCount { vault: vault.to_string(), due: count(due) }),
                // It was removed meanwhile.
                Err(error) if error.code == ErrorCode::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(counts)
    }

    /// Looks at a vault in steps, between which other calls are served.
    async fn rotation<T: Send + 'static>(
        &self,
        vault: VaultId,
        view: fn(&Session, ExposedItems) -> Result<T>,
    ) -> Result<T> {
        loop {
            let found = self
                .read(move |session| {
                    let found = session.rotation(vault, ITEMS_PER_STEP)?;
                    found.map(|found| view(session, found)).transpose()
                })
                .await?;
            if let Some(view) = found {
                return Ok(view);
            }
        }
    }

    /// Dismisses items of which former members know secrets, for all owners and managers of the vault.
    ///
    /// # Errors
    /// `not_found`, `member_not_permitted`, why the vault cannot be written, or the disk.
    pub async fn rotation_dismiss(&self, vault: VaultId, items: Vec<ItemId>) -> Result<RotationView> {
        let items: BTreeSet<ItemId> = items.into_iter().collect();
        self.change(move |session| session.dismiss_rotation(vault, &items).map_err(ErrorView::from)).await?;
        self.rotation_get(vault).await
    }
}

fn view(session: &Session, found: ExposedItems) -> Result<RotationView> {
    let ExposedItems { former, items, due } = found;
    let done = items.len().saturating_sub(due);
    let mut rows = Vec::new();
    for ExposedItem { item, kind, is_recent, readers } in items.into_iter().take(MOST) {
        let readers = readers.iter().filter_map(|at| former.get(*at)).map(|one| one.name.clone());
        let readers: Vec<String> = readers.collect();
        let row = session.rows_of(&[item])?.pop();
        rows.extend(row.map(|row| ExposedView {
            item: row.into(),
            kind: kind.into(),
            recent: is_recent,
            readers,
        }));
    }
    Ok(RotationView {
        former: former.into_iter().map(Into::into).collect(),
        items: rows,
        due: count(due),
        done: count(done),
    })
}
