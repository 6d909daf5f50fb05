use tauri::State;
use vault_api::views::{AppStatus, UnlockRequest};
use vault_api::{Outcome, SecretText};

use crate::shell::Shell;

#[tauri::command]
pub async fn session_unlock(shell: State<'_, Shell>, request: UnlockRequest) -> Outcome<AppStatus> {
    let status = shell.coffer.session_unlock(request).await?;
    shell.opened();
    Ok(status)
}

#[tauri::command]
pub async fn session_lock(shell: State<'_, Shell>) -> Outcome<()> {
    shell.coffer.session_lock().await
}

#[tauri::command]
pub async fn session_touch(shell: State<'_, Shell>) -> Outcome<()> {
    shell.idle.touch();
    Ok(())
}

#[tauri::command]
pub async fn session_change_password(shell: State<'_, Shell>, current: String, new: String) -> Outcome<()> {
    shell.coffer.session_change_password(SecretText::new(current), SecretText::new(new)).await
}

#[tauri::command]
pub async fn session_confirm(shell: State<'_, Shell>, password: String) -> Outcome<()> {
    shell.coffer.session_confirm(SecretText::new(password)).await
}
