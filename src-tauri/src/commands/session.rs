use tauri::State;
use vault_api::views::{AppStatus, RecoverRequest, RotateRequest, SecurityView, UnlockRequest};
use vault_api::{Result, SecretText};

use super::id;
use crate::shell::Shell;

#[tauri::command]
pub async fn session_unlock(shell: State<'_, Shell>, request: UnlockRequest) -> Result<AppStatus> {
    let status = shell.coffer.session_unlock(request).await?;
    shell.opened();
    Ok(status)
}

#[tauri::command]
pub async fn session_lock(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.session_lock().await
}

#[tauri::command]
pub async fn session_accept_rollback(shell: State<'_, Shell>) -> Result<AppStatus> {
    shell.coffer.session_accept_rollback().await
}

#[tauri::command]
pub async fn session_touch(shell: State<'_, Shell>) -> Result<()> {
    shell.idle.touch();
    Ok(())
}

#[tauri::command]
pub async fn session_change_password(
    shell: State<'_, Shell>,
    current: String,
    new: String,
    code: Option<String>,
) -> Result<()> {
    let code = code.map(SecretText::new);
    shell.coffer.session_change_password(SecretText::new(current), SecretText::new(new), code).await
}

#[tauri::command]
pub async fn session_confirm(shell: State<'_, Shell>, password: String) -> Result<()> {
    shell.coffer.session_confirm(SecretText::new(password)).await
}

#[tauri::command]
pub async fn session_unlock_pin(
    shell: State<'_, Shell>,
    profile_id: String,
    pin: String,
) -> Result<AppStatus> {
    let status = shell.coffer.session_unlock_pin(id(&profile_id)?, SecretText::new(pin)).await?;
    shell.opened();
    Ok(status)
}

#[tauri::command]
pub async fn session_recover(shell: State<'_, Shell>, request: RecoverRequest) -> Result<AppStatus> {
    let status = shell.coffer.session_recover(request).await?;
    shell.opened();
    Ok(status)
}

#[tauri::command]
pub async fn session_strengthen(shell: State<'_, Shell>, password: String) -> Result<SecurityView> {
    shell.coffer.session_strengthen(SecretText::new(password)).await
}

#[tauri::command]
pub async fn session_rotate(shell: State<'_, Shell>, request: RotateRequest) -> Result<AppStatus> {
    shell.coffer.session_rotate(request).await
}
