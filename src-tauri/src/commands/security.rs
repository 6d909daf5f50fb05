use tauri::{State, WebviewWindow};
use vault_api::views::{PaperSize, RecoveryCodeView, RecoveryView, SecurityView};
use vault_api::{Outcome, SecretText};

use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn security_get(shell: State<'_, Shell>) -> Outcome<SecurityView> {
    shell.coffer.security_get().await
}

#[tauri::command]
pub async fn pin_set(shell: State<'_, Shell>, password: String, pin: String) -> Outcome<SecurityView> {
    shell.coffer.pin_set(SecretText::new(password), SecretText::new(pin)).await
}

#[tauri::command]
pub async fn pin_forget(shell: State<'_, Shell>) -> Outcome<SecurityView> {
    shell.coffer.pin_forget().await
}

#[tauri::command]
pub async fn recovery_status(shell: State<'_, Shell>) -> Outcome<RecoveryView> {
    shell.coffer.recovery_status().await
}

#[tauri::command]
pub async fn recovery_begin(shell: State<'_, Shell>, password: String) -> Outcome<RecoveryCodeView> {
    shell.coffer.recovery_begin(SecretText::new(password)).await
}

#[tauri::command]
pub async fn recovery_save(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    paper: PaperSize,
) -> Outcome<bool> {
    let words = shell.words().await?;
    match dialog::pick_target(&window, words.save_recovery, words.recovery_file).await {
        Some(path) => shell.coffer.recovery_save_to(path, paper).await.map(|()| true),
        None => Ok(false),
    }
}

#[tauri::command]
pub async fn recovery_confirm(shell: State<'_, Shell>, group: u8, text: String) -> Outcome<RecoveryView> {
    shell.coffer.recovery_confirm(group, SecretText::new(text)).await
}

#[tauri::command]
pub async fn recovery_cancel(shell: State<'_, Shell>) -> Outcome<()> {
    shell.coffer.recovery_cancel().await
}

#[tauri::command]
pub async fn recovery_remove(shell: State<'_, Shell>, password: String) -> Outcome<RecoveryView> {
    shell.coffer.recovery_remove(SecretText::new(password)).await
}
