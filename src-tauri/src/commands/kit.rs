use tauri::{State, WebviewWindow};
use vault_api::views::{KitView, PaperSize};
use vault_api::{Result, SecretText};

use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn kit_status(shell: State<'_, Shell>) -> Result<KitView> {
    shell.coffer.kit_status().await
}

#[tauri::command]
pub async fn kit_save(shell: State<'_, Shell>, window: WebviewWindow, paper: PaperSize) -> Result<bool> {
    shell.coffer.kit_expect_allowed().await?;
    let strings = shell.strings().await?;
    let dialog = dialog::pick_target(&window, strings.save_kit, strings.kit_file);
    let saved = dialog::with_path(dialog, |path| shell.coffer.kit_save_to(path, paper)).await?;
    Ok(saved.is_some())
}

#[tauri::command]
pub async fn kit_reveal(shell: State<'_, Shell>) -> Result<String> {
    shell.coffer.kit_reveal().await.map(|key| key.expose().to_owned())
}

#[tauri::command]
pub async fn kit_confirm(shell: State<'_, Shell>, group: u8, text: String) -> Result<KitView> {
    shell.coffer.kit_confirm(group, SecretText::new(text)).await
}

#[tauri::command]
pub async fn kit_check(shell: State<'_, Shell>, text: String) -> Result<KitView> {
    shell.coffer.kit_check(SecretText::new(text)).await
}
