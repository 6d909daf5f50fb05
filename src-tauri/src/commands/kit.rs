use tauri::{State, WebviewWindow};
use vault_api::views::{KitView, PaperSize};
use vault_api::{Outcome, SecretText};

use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn kit_status(shell: State<'_, Shell>) -> Outcome<KitView> {
    shell.coffer.kit_status().await
}

#[tauri::command]
pub async fn kit_save(shell: State<'_, Shell>, window: WebviewWindow, paper: PaperSize) -> Outcome<bool> {
    let words = shell.words().await?;
    match dialog::pick_target(&window, words.save_kit, words.kit_file).await {
        Some(path) => shell.coffer.kit_save_to(path, paper).await.map(|_| true),
        None => Ok(false),
    }
}

#[tauri::command]
pub async fn kit_reveal(shell: State<'_, Shell>) -> Outcome<String> {
    shell.coffer.kit_reveal().await.map(|key| key.expose().to_owned())
}

#[tauri::command]
pub async fn kit_confirm(shell: State<'_, Shell>, group: u8, text: String) -> Outcome<KitView> {
    shell.coffer.kit_confirm(group, SecretText::new(text)).await
}

#[tauri::command]
pub async fn kit_check(shell: State<'_, Shell>, text: String) -> Outcome<KitView> {
    shell.coffer.kit_check(SecretText::new(text)).await
}
