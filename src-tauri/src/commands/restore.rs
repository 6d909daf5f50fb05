use tauri::{State, WebviewWindow};
use vault_api::views::{AppStatus, RestoreFileView};
use vault_api::{Outcome, SecretText};

use super::backup::ENDINGS;
use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn restore_pick(
    shell: State<'_, Shell>,
    window: WebviewWindow,
) -> Outcome<Option<RestoreFileView>> {
    let words = shell.words().await?;
    match dialog::pick_file(&window, words.choose_backup, words.backup_files, ENDINGS).await {
        Some(path) => shell.coffer.restore_look(path).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn restore_start(
    shell: State<'_, Shell>,
    token: String,
    password: String,
    secret_key: String,
) -> Outcome<AppStatus> {
    let (password, secret_key) = (SecretText::new(password), SecretText::new(secret_key));
    let status = shell.coffer.restore_start(token, password, secret_key).await?;
    shell.opened();
    Ok(status)
}

#[tauri::command]
pub async fn restore_discard(shell: State<'_, Shell>) -> Outcome<()> {
    shell.coffer.restore_discard().await
}
