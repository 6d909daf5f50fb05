use tauri::State;
use vault_api::Outcome;
use vault_api::views::{HistoryEntry, ItemView};

use super::id;
use crate::shell::Shell;

#[tauri::command]
pub async fn item_history(shell: State<'_, Shell>, item_id: String) -> Outcome<Vec<HistoryEntry>> {
    shell.coffer.item_history(id(&item_id)?).await
}

#[tauri::command]
pub async fn item_at_revision(
    shell: State<'_, Shell>,
    item_id: String,
    revision: String,
) -> Outcome<ItemView> {
    shell.coffer.item_at_revision(id(&item_id)?, id(&revision)?).await
}

#[tauri::command]
pub async fn item_restore_revision(
    shell: State<'_, Shell>,
    item_id: String,
    revision: String,
) -> Outcome<ItemView> {
    shell.coffer.item_restore_revision(id(&item_id)?, id(&revision)?).await
}

#[tauri::command]
pub async fn item_superseded_dismiss(shell: State<'_, Shell>, item_id: String) -> Outcome<ItemView> {
    shell.coffer.item_superseded_dismiss(id(&item_id)?).await
}
