use tauri::{State, WebviewWindow};
use vault_api::views::{
    BackupSettings, BackupsView, ErrorCode, ItemPage, ItemQuery, ItemView, OpenBackupView,
};
use vault_api::{Outcome, RestoreAs};

use super::id;
use crate::platform::dialog;
use crate::shell::Shell;

/// Endings of the files that are backups.
pub const ENDINGS: &[&str] = &["tar"];

#[tauri::command]
pub async fn backup_list(shell: State<'_, Shell>) -> Outcome<BackupsView> {
    shell.coffer.backup_list().await
}

#[tauri::command]
pub async fn backup_settings_set(shell: State<'_, Shell>, settings: BackupSettings) -> Outcome<BackupsView> {
    shell.coffer.backup_settings_set(settings).await
}

#[tauri::command]
pub async fn backup_folder_pick(
    shell: State<'_, Shell>,
    window: WebviewWindow,
) -> Outcome<Option<BackupsView>> {
    match dialog::pick_folder(&window, shell.words().await?.backup_folder).await {
        Some(folder) => shell.coffer.backup_folder_set(Some(folder)).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn backup_folder_reset(shell: State<'_, Shell>) -> Outcome<BackupsView> {
    shell.coffer.backup_folder_set(None).await
}

#[tauri::command]
pub async fn backup_folder_show(shell: State<'_, Shell>) -> Outcome<()> {
    let folder = shell.coffer.backup_folder_path().await?;
    open::that_detached(folder).map_err(|_| ErrorCode::Internal.into())
}

#[tauri::command]
pub async fn backup_save(shell: State<'_, Shell>, window: WebviewWindow) -> Outcome<Option<u32>> {
    let name = shell.coffer.backup_name().await?;
    match dialog::pick_target(&window, shell.words().await?.save_backup, &name).await {
        Some(path) => shell.coffer.backup_save(path).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn backup_check(shell: State<'_, Shell>, name: String) -> Outcome<u32> {
    shell.coffer.backup_check(name).await
}

#[tauri::command]
pub async fn backup_open(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    name: Option<String>,
) -> Outcome<Option<u32>> {
    if let Some(name) = name {
        return shell.coffer.backup_open(name).await.map(Some);
    }
    let words = shell.words().await?;
    match dialog::pick_file(&window, words.choose_backup, words.backup_files, ENDINGS).await {
        Some(path) => shell.coffer.backup_open_file(path).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn backup_opened(shell: State<'_, Shell>) -> Outcome<Option<OpenBackupView>> {
    shell.coffer.backup_opened().await
}

#[tauri::command]
pub async fn backup_close(shell: State<'_, Shell>) -> Outcome<()> {
    shell.coffer.backup_close().await
}

#[tauri::command]
pub async fn backup_items(shell: State<'_, Shell>, query: ItemQuery) -> Outcome<ItemPage> {
    shell.coffer.backup_items(query).await
}

#[tauri::command]
pub async fn backup_item(shell: State<'_, Shell>, item_id: String) -> Outcome<ItemView> {
    shell.coffer.backup_item(id(&item_id)?).await
}

#[tauri::command]
pub async fn backup_take_item(shell: State<'_, Shell>, item_id: String, copy: bool) -> Outcome<u32> {
    let how = if copy { RestoreAs::Copy } else { RestoreAs::Revision };
    shell.coffer.backup_take_item(id(&item_id)?, how).await
}

#[tauri::command]
pub async fn backup_take_document(
    shell: State<'_, Shell>,
    item_id: String,
    blob_id: String,
    target_id: Option<String>,
) -> Outcome<u32> {
    let target = target_id.as_deref().map(id).transpose()?;
    shell.coffer.backup_take_document(id(&item_id)?, id(&blob_id)?, target).await
}

#[tauri::command]
pub async fn backup_save_document(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_id: String,
    blob_id: String,
) -> Outcome<Option<u32>> {
    let (item_id, blob_id) = (id(&item_id)?, id(&blob_id)?);
    let name = shell.coffer.backup_document_name(item_id, blob_id).await?;
    match dialog::pick_target(&window, shell.words().await?.save_document, &name).await {
        Some(path) => shell.coffer.backup_save_document(item_id, blob_id, path).await.map(Some),
        None => Ok(None),
    }
}
