use tauri::State;
use vault_api::Result;
use vault_api::views::{RotationCount, RotationView};

use super::{id, ids};
use crate::shell::Shell;

#[tauri::command]
pub async fn rotation_get(shell: State<'_, Shell>, vault_id: String) -> Result<RotationView> {
    shell.coffer.rotation_get(id(&vault_id)?).await
}

#[tauri::command]
pub async fn rotation_dismiss(
    shell: State<'_, Shell>,
    vault_id: String,
    item_ids: Vec<String>,
) -> Result<RotationView> {
    shell.coffer.rotation_dismiss(id(&vault_id)?, ids(&item_ids)?).await
}

#[tauri::command]
pub async fn rotation_counts(shell: State<'_, Shell>) -> Result<Vec<RotationCount>> {
    shell.coffer.rotation_counts().await
}
