use tauri::{State, WebviewWindow};
use vault_api::Result;
use vault_api::views::{TransferMode, TransferView, VaultAppearanceView, VaultView};

use super::{id, ids};
use crate::platform::question::Question;
use crate::shell::Shell;

#[tauri::command]
pub async fn vault_list(shell: State<'_, Shell>) -> Result<Vec<VaultView>> {
    shell.coffer.vault_list().await
}

#[tauri::command]
pub async fn vault_create(
    shell: State<'_, Shell>,
    appearance: VaultAppearanceView,
) -> Result<Vec<VaultView>> {
    shell.coffer.vault_create(appearance).await
}

#[tauri::command]
pub async fn vault_create_only_here(
    shell: State<'_, Shell>,
    appearance: VaultAppearanceView,
) -> Result<Vec<VaultView>> {
    shell.coffer.vault_create_only_here(appearance).await
}

#[tauri::command]
pub async fn vault_set_only_here(
    shell: State<'_, Shell>,
    vault_id: String,
    only_here: bool,
) -> Result<Vec<VaultView>> {
    shell.coffer.vault_set_only_here(id(&vault_id)?, only_here).await
}

#[tauri::command]
pub async fn vault_update(
    shell: State<'_, Shell>,
    vault_id: String,
    appearance: VaultAppearanceView,
) -> Result<Vec<VaultView>> {
    shell.coffer.vault_update(id(&vault_id)?, appearance).await
}

#[tauri::command]
pub async fn vault_order(shell: State<'_, Shell>, vault_ids: Vec<String>) -> Result<Vec<VaultView>> {
    shell.coffer.vault_order(ids(&vault_ids)?).await
}

#[tauri::command]
pub async fn vault_delete(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    vault_id: String,
    items: Option<u32>,
) -> Result<Vec<VaultView>> {
    // With another number of items than that the vault is not deleted.
    if let Some(count) = items.filter(|&count| count > 0) {
        shell.ask(&window, |strings| Question::delete_vault(strings, count)).await?;
    }
    shell.coffer.vault_delete(id(&vault_id)?, items).await
}

#[tauri::command]
pub async fn item_transfer(
    shell: State<'_, Shell>,
    item_ids: Vec<String>,
    vault_id: String,
    mode: TransferMode,
) -> Result<TransferView> {
    shell.coffer.item_transfer(ids(&item_ids)?, id(&vault_id)?, mode).await
}
