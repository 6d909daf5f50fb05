use tauri::{State, WebviewWindow};
use vault_api::Result;
use vault_api::views::{ImportChoice, ImportPreview, ImportReport};

use crate::platform::dialog;
use crate::shell::Shell;

/// Extensions of the files that can be read.
const EXTENSIONS: &[&str] = &["json", "csv", "JSON", "CSV"];

#[tauri::command]
pub async fn import_pick(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Option<ImportPreview>> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_file(&window, strings.choose_export, strings.export_files, EXTENSIONS);
    dialog::with_path(dialog, |path| shell.coffer.import_preview(path)).await
}

#[tauri::command]
pub async fn import_commit(shell: State<'_, Shell>, choice: ImportChoice) -> Result<ImportReport> {
    shell.coffer.import_commit(choice).await
}

#[tauri::command]
pub async fn import_discard(shell: State<'_, Shell>, token: String) -> Result<()> {
    shell.coffer.import_discard(token).await
}
