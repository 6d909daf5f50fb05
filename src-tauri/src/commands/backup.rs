use tauri::{State, WebviewWindow};
use vault_api::views::{BackupSettings, BackupsView, ItemPage, ItemQuery, ItemView, OpenBackupView};
use vault_api::{RestoreAs, Result};

use super::id;
use crate::platform::question::Question;
use crate::platform::{dialog, opener};
use crate::shell::Shell;

/// Extensions of backup files.
pub const EXTENSIONS: &[&str] = &["tar"];

#[tauri::command]
pub async fn backup_list(shell: State<'_, Shell>) -> Result<BackupsView> {
    shell.coffer.backup_list().await
}

#[tauri::command]
pub async fn backup_settings_set(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    settings: BackupSettings,
) -> Result<BackupsView> {
    let now = shell.coffer.backup_list().await?.settings;
    if settings.keep_days < now.keep_days || (now.daily && !settings.daily) {
        shell.ask(&window, Question::fewer_backups).await?;
    }
    shell.coffer.backup_settings_set(settings).await
}

#[tauri::command]
pub async fn backup_folder_pick(
    shell: State<'_, Shell>,
    window: WebviewWindow,
) -> Result<Option<BackupsView>> {
    let dialog = dialog::pick_folder(&window, shell.strings().await?.backup_folder);
    dialog::with_path(dialog, |folder| shell.coffer.backup_folder_set(Some(folder))).await
}

#[tauri::command]
pub async fn backup_folder_reset(shell: State<'_, Shell>) -> Result<BackupsView> {
    shell.coffer.backup_folder_set(None).await
}

#[tauri::command]
pub async fn backup_folder_show(shell: State<'_, Shell>) -> Result<()> {
    let folder = shell.coffer.backup_folder_path().await?;
    opener::show_folder(folder).await
}

#[tauri::command]
pub async fn backup_save(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Option<u32>> {
    let name = shell.coffer.backup_name().await?;
    let dialog = dialog::pick_target(&window, shell.strings().await?.save_backup, &name);
    dialog::with_path(dialog, |path| shell.coffer.backup_save(path)).await
}

#[tauri::command]
pub async fn backup_check(shell: State<'_, Shell>, name: String) -> Result<u32> {
    shell.coffer.backup_check(name).await
}

#[tauri::command]
pub async fn backup_open(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    name: Option<String>,
) -> Result<Option<u32>> {
    if let Some(name) = name {
        return shell.coffer.backup_open(name).await.map(Some);
    }
    let strings = shell.strings().await?;
    let dialog = dialog::pick_file(&window, strings.choose_backup, strings.backup_files, EXTENSIONS);
    dialog::with_path(dialog, |path| shell.coffer.backup_open_file(path)).await
}

#[tauri::command]
pub async fn backup_opened(shell: State<'_, Shell>) -> Result<Option<OpenBackupView>> {
    shell.coffer.backup_opened().await
}

#[tauri::command]
pub async fn backup_close(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.backup_close().await
}

#[tauri::command]
pub async fn backup_items(shell: State<'_, Shell>, query: ItemQuery) -> Result<ItemPage> {
    shell.coffer.backup_items(query).await
}

#[tauri::command]
pub async fn backup_item(shell: State<'_, Shell>, item_id: String) -> Result<ItemView> {
    shell.coffer.backup_item(id(&item_id)?).await
}

#[tauri::command]
pub async fn backup_extract_item(shell: State<'_, Shell>, item_id: String, copy: bool) -> Result<u32> {
    let how = if copy { RestoreAs::Copy } else { RestoreAs::Revision };
    shell.coffer.backup_extract_item(id(&item_id)?, how).await
}

#[tauri::command]
pub async fn backup_extract_document(
    shell: State<'_, Shell>,
    item_id: String,
    blob_id: String,
    target_id: Option<String>,
) -> Result<u32> {
    let target = target_id.as_deref().map(id).transpose()?;
    shell.coffer.backup_extract_document(id(&item_id)?, id(&blob_id)?, target).await
}

#[tauri::command]
pub async fn backup_save_document(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_id: String,
    blob_id: String,
) -> Result<Option<u32>> {
    let (item_id, blob_id) = (id(&item_id)?, id(&blob_id)?);
    let name = shell.coffer.backup_document_name(item_id, blob_id).await?;
    let dialog = dialog::pick_target(&window, shell.strings().await?.save_document, &name);
    dialog::with_path(dialog, |path| shell.coffer.backup_save_document(item_id, blob_id, path)).await
}
