use tauri::{State, WebviewWindow};
use vault_api::Outcome;
use vault_api::views::{ImportChoice, ImportPreview, ImportReport};

use crate::platform::dialog;
use crate::shell::Shell;

/// Endings of the files that can be read.
const ENDINGS: &[&str] = &["json", "csv", "JSON", "CSV"];

#[tauri::command]
pub async fn import_pick(shell: State<'_, Shell>, window: WebviewWindow) -> Outcome<Option<ImportPreview>> {
    let words = shell.words().await?;
    match dialog::pick_file(&window, words.choose_export, words.export_files, ENDINGS).await {
        Some(path) => shell.coffer.import_preview(path).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn import_commit(shell: State<'_, Shell>, choice: ImportChoice) -> Outcome<ImportReport> {
    shell.coffer.import_commit(choice).await
}

#[tauri::command]
pub async fn import_discard(shell: State<'_, Shell>, token: String) -> Outcome<()> {
    shell.coffer.import_discard(token).await
}
