use tauri::State;
use vault_api::Result;
use vault_api::views::ChangedView;

use super::ids;
use crate::shell::Shell;

#[tauri::command]
pub async fn item_trash(shell: State<'_, Shell>, item_ids: Vec<String>) -> Result<ChangedView> {
    shell.coffer.item_trash(ids(&item_ids)?).await
}

#[tauri::command]
pub async fn item_restore(shell: State<'_, Shell>, item_ids: Vec<String>) -> Result<ChangedView> {
    shell.coffer.item_restore(ids(&item_ids)?).await
}

#[tauri::command]
pub async fn item_purge(shell: State<'_, Shell>, item_ids: Vec<String>) -> Result<()> {
    shell.coffer.item_purge(ids(&item_ids)?).await
}

#[tauri::command]
pub async fn trash_empty(shell: State<'_, Shell>) -> Result<u32> {
    shell.coffer.trash_empty().await
}
