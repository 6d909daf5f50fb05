use tauri::State;
use vault_api::Outcome;
use vault_api::views::{CarryView, TransferView, VaultLookView, VaultView};

use super::{id, ids};
use crate::shell::Shell;

#[tauri::command]
pub async fn vault_list(shell: State<'_, Shell>) -> Outcome<Vec<VaultView>> {
    shell.coffer.vault_list().await
}

#[tauri::command]
pub async fn vault_create(shell: State<'_, Shell>, look: VaultLookView) -> Outcome<Vec<VaultView>> {
    shell.coffer.vault_create(look).await
}

#[tauri::command]
pub async fn vault_update(
    shell: State<'_, Shell>,
    vault_id: String,
    look: VaultLookView,
) -> Outcome<Vec<VaultView>> {
    shell.coffer.vault_update(id(&vault_id)?, look).await
}

#[tauri::command]
pub async fn vault_order(shell: State<'_, Shell>, vault_ids: Vec<String>) -> Outcome<Vec<VaultView>> {
    shell.coffer.vault_order(ids(&vault_ids)?).await
}

#[tauri::command]
pub async fn vault_delete(
    shell: State<'_, Shell>,
    vault_id: String,
    items: Option<u32>,
) -> Outcome<Vec<VaultView>> {
    shell.coffer.vault_delete(id(&vault_id)?, items).await
}

#[tauri::command]
pub async fn item_transfer(
    shell: State<'_, Shell>,
    item_ids: Vec<String>,
    vault_id: String,
    carry: CarryView,
) -> Outcome<TransferView> {
    shell.coffer.item_transfer(ids(&item_ids)?, id(&vault_id)?, carry).await
}
