use tauri::{State, WebviewWindow};
use vault_api::Result;
use vault_api::views::ChangedView;

use super::ids;
use crate::platform::question::Question;
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
pub async fn item_purge(shell: State<'_, Shell>, window: WebviewWindow, item_ids: Vec<String>) -> Result<()> {
    let ids = ids(&item_ids)?;
    let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    shell.ask(&window, |strings| Question::delete_items(strings, count)).await?;
    shell.coffer.item_purge(ids).await
}

#[tauri::command]
pub async fn trash_empty(shell: State<'_, Shell>, window: WebviewWindow) -> Result<u32> {
    let count = shell.coffer.sidebar_get().await?.trash;
    shell.ask(&window, |strings| Question::delete_items(strings, count)).await?;
    shell.coffer.trash_empty().await
}
