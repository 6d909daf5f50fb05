use tauri::{State, WebviewWindow};
use vault_api::Result;
use vault_api::views::{
    ImportChoice, ImportLocked, ImportRead, ImportReport, ImportTable, ImportUnlock, import_extensions,
};

use crate::platform::dialog;
use crate::shell::Shell;

/// Extensions of key files; any other file may be one.
const KEY_FILES: &[&str] = &["key", "keyx"];

#[tauri::command]
pub async fn import_pick(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Option<ImportRead>> {
    let strings = shell.strings().await?;
    let extensions = import_extensions();
    let extensions: Vec<&str> = extensions.iter().map(String::as_str).collect();
    let dialog = dialog::pick_file(&window, strings.choose_export, strings.export_files, &extensions);
    dialog::with_path(dialog, |path| shell.coffer.import_preview(path)).await
}

#[tauri::command]
pub async fn import_pick_key(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    token: String,
) -> Result<Option<ImportLocked>> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_file(&window, strings.choose_key_file, strings.import_key_files, KEY_FILES);
    dialog::with_path(dialog, |path| shell.coffer.import_key_file(token, path)).await
}

#[tauri::command]
pub async fn import_unlock(shell: State<'_, Shell>, request: ImportUnlock) -> Result<ImportRead> {
    shell.coffer.import_unlock(request).await
}

#[tauri::command]
pub async fn import_table(shell: State<'_, Shell>, request: ImportTable) -> Result<ImportRead> {
    shell.coffer.import_table(request).await
}

/// Whether the report was saved to the file chosen in a dialog.
#[tauri::command]
pub async fn import_report_save(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    token: String,
) -> Result<bool> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_target(&window, strings.save_import_report, strings.import_report);
    let saved = dialog::with_path(dialog, |path| shell.coffer.import_report_to(token, path)).await?;
    Ok(saved.is_some())
}

#[tauri::command]
pub async fn import_commit(shell: State<'_, Shell>, choice: ImportChoice) -> Result<ImportReport> {
    shell.coffer.import_commit(choice).await
}

#[tauri::command]
pub async fn import_discard(shell: State<'_, Shell>, token: String) -> Result<()> {
    shell.coffer.import_discard(token).await
}
