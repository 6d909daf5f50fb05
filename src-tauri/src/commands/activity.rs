use tauri::{State, WebviewWindow};
use vault_api::Result;
use vault_api::views::{ActivityFormat, ActivityPage, ActivityQuery};

use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn activity_begin(shell: State<'_, Shell>, query: ActivityQuery) -> Result<ActivityPage> {
    shell.coffer.activity_begin(query).await
}

#[tauri::command]
pub async fn activity_more(shell: State<'_, Shell>) -> Result<ActivityPage> {
    shell.coffer.activity_more().await
}

#[tauri::command]
pub async fn activity_export(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    query: ActivityQuery,
    format: ActivityFormat,
) -> Result<bool> {
    let strings = shell.strings().await?;
    let name = match format {
        ActivityFormat::Csv => strings.activity_table,
        ActivityFormat::JsonLines => strings.activity_lines,
    };
    let dialog = dialog::pick_target(&window, strings.save_activity, name);
    let saved =
        dialog::with_path(dialog, |path| shell.coffer.activity_export_to(query, format, path)).await?;
    Ok(saved.is_some())
}
