use tauri::{State, WebviewWindow};
use vault_api::views::{PaperSize, RecoveryCodeView, RecoveryView, SecurityView};
use vault_api::{Result, SecretText};

use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn security_get(shell: State<'_, Shell>) -> Result<SecurityView> {
    shell.coffer.security_get().await
}

#[tauri::command]
pub async fn pin_set(shell: State<'_, Shell>, password: String, pin: String) -> Result<SecurityView> {
    shell.coffer.pin_set(SecretText::new(password), SecretText::new(pin)).await
}

#[tauri::command]
pub async fn pin_forget(shell: State<'_, Shell>) -> Result<SecurityView> {
    shell.coffer.pin_forget().await
}

#[tauri::command]
pub async fn recovery_status(shell: State<'_, Shell>) -> Result<RecoveryView> {
    shell.coffer.recovery_status().await
}

#[tauri::command]
pub async fn recovery_begin(shell: State<'_, Shell>, password: String) -> Result<RecoveryCodeView> {
    shell.coffer.recovery_begin(SecretText::new(password)).await
}

#[tauri::command]
pub async fn recovery_save(shell: State<'_, Shell>, window: WebviewWindow, paper: PaperSize) -> Result<bool> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_target(&window, strings.save_recovery, strings.recovery_file);
    let saved = dialog::with_path(dialog, |path| shell.coffer.recovery_save_to(path, paper)).await?;
    Ok(saved.is_some())
}

#[tauri::command]
pub async fn recovery_confirm(
    shell: State<'_, Shell>,
    group: u8,
    text: String,
    password: Option<String>,
) -> Result<RecoveryView> {
    shell.coffer.recovery_confirm(group, SecretText::new(text), password.map(SecretText::new)).await
}

#[tauri::command]
pub async fn recovery_cancel(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.recovery_cancel().await
}

#[tauri::command]
pub async fn recovery_remove(shell: State<'_, Shell>, password: String) -> Result<RecoveryView> {
    shell.coffer.recovery_remove(SecretText::new(password)).await
}
