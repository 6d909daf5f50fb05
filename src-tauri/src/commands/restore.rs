use tauri::{State, WebviewWindow};
use vault_api::views::{AppStatus, RestoreFileView};
use vault_api::{Result, SecretText};

use super::backup::EXTENSIONS;
use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn restore_pick(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Option<RestoreFileView>> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_file(&window, strings.choose_backup, strings.backup_files, EXTENSIONS);
    dialog::with_path(dialog, |path| shell.coffer.restore_look(path)).await
}

#[tauri::command]
pub async fn restore_start(
    shell: State<'_, Shell>,
    token: String,
    password: String,
    secret_key: String,
) -> Result<AppStatus> {
    let (password, secret_key) = (SecretText::new(password), SecretText::new(secret_key));
    let status = shell.coffer.restore_start(token, password, secret_key).await?;
    shell.opened();
    Ok(status)
}

#[tauri::command]
pub async fn restore_discard(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.restore_discard().await
}
