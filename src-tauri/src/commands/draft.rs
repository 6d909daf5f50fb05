use tauri::State;
use vault_api::Result;
use vault_api::views::{DraftSummary, ItemDraft};

use super::id;
use crate::shell::Shell;

#[tauri::command]
pub async fn draft_save(
    shell: State<'_, Shell>,
    draft_id: Option<String>,
    draft: ItemDraft,
) -> Result<String> {
    let draft_id = draft_id.as_deref().map(id).transpose()?;
    shell.coffer.draft_save(draft_id, draft).await.map(|id| id.to_string())
}

#[tauri::command]
pub async fn draft_list(shell: State<'_, Shell>) -> Result<Vec<DraftSummary>> {
    shell.coffer.draft_list().await
}

#[tauri::command]
pub async fn draft_get(shell: State<'_, Shell>, draft_id: String) -> Result<ItemDraft> {
    shell.coffer.draft_get(id(&draft_id)?).await
}

#[tauri::command]
pub async fn draft_discard(shell: State<'_, Shell>, draft_id: String) -> Result<()> {
    shell.coffer.draft_discard(id(&draft_id)?).await
}
