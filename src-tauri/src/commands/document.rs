use tauri::{State, WebviewWindow};
use vault_api::Result;
use vault_api::views::{DocumentRulesView, EarlierFileView, ItemView, JobView, PictureView};

use super::id;
use crate::platform::dialog;
use crate::platform::question::Question;
use crate::shell::Shell;

#[tauri::command]
pub async fn document_import(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Vec<u32>> {
    let files = dialog::pick_files(&window, shell.strings().await?.add_files).await;
    shell.coffer.document_import(files).await
}

#[tauri::command]
pub async fn document_attach(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_id: String,
) -> Result<Vec<u32>> {
    let item_id = id(&item_id)?;
    shell.coffer.item_guard(item_id).await?;
    let files = dialog::pick_files(&window, shell.strings().await?.add_files).await;
    shell.coffer.document_attach(item_id, files).await
}

#[tauri::command]
pub async fn document_detach(shell: State<'_, Shell>, item_id: String, blob_id: String) -> Result<ItemView> {
    shell.coffer.document_detach(id(&item_id)?, id(&blob_id)?).await
}

#[tauri::command]
pub async fn document_export(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_id: String,
    blob_id: String,
) -> Result<Option<u32>> {
    let (item_id, blob_id) = (id(&item_id)?, id(&blob_id)?);
    let name = shell.coffer.document_name(item_id, blob_id).await?;
    let dialog = dialog::pick_target(&window, shell.strings().await?.save_document, &name);
    dialog::with_path(dialog, |path| shell.coffer.document_export(item_id, blob_id, path)).await
}

#[tauri::command]
pub async fn document_replace(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_id: String,
    blob_id: String,
) -> Result<Option<u32>> {
    let (item_id, blob_id) = (id(&item_id)?, id(&blob_id)?);
    shell.coffer.item_guard(item_id).await?;
    let dialog = dialog::pick_file(&window, shell.strings().await?.replace_document, "*", &["*"]);
    dialog::with_path(dialog, |path| shell.coffer.document_replace(item_id, blob_id, path)).await
}

#[tauri::command]
pub async fn document_versions(shell: State<'_, Shell>, item_id: String) -> Result<Vec<EarlierFileView>> {
    shell.coffer.document_versions(id(&item_id)?).await
}

#[tauri::command]
pub async fn document_restore(shell: State<'_, Shell>, item_id: String, blob_id: String) -> Result<ItemView> {
    shell.coffer.document_restore(id(&item_id)?, id(&blob_id)?).await
}

#[tauri::command]
pub async fn document_drop(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_id: String,
    blob_id: String,
) -> Result<()> {
    shell.ask(&window, Question::delete_file).await?;
    shell.coffer.document_drop(id(&item_id)?, id(&blob_id)?).await
}

#[tauri::command]
pub async fn document_thumbnail(
    shell: State<'_, Shell>,
    item_id: String,
    blob_id: String,
) -> Result<PictureView> {
    shell.coffer.document_thumbnail(id(&item_id)?, id(&blob_id)?).await
}

#[tauri::command]
pub async fn document_page(
    shell: State<'_, Shell>,
    item_id: String,
    blob_id: String,
    page: u32,
    edge: u32,
) -> Result<PictureView> {
    shell.coffer.document_page(id(&item_id)?, id(&blob_id)?, page, edge).await
}

#[tauri::command]
pub async fn document_rules_get(
    shell: State<'_, Shell>,
    vault_id: Option<String>,
) -> Result<DocumentRulesView> {
    let vault_id = vault_id.as_deref().map(id).transpose()?;
    shell.coffer.document_rules_get(vault_id).await
}

#[tauri::command]
pub async fn document_rules_set(
    shell: State<'_, Shell>,
    vault_id: Option<String>,
    rules: DocumentRulesView,
) -> Result<DocumentRulesView> {
    let vault_id = vault_id.as_deref().map(id).transpose()?;
    shell.coffer.document_rules_set(vault_id, rules).await
}

#[tauri::command]
pub async fn job_list(shell: State<'_, Shell>) -> Result<Vec<JobView>> {
    Ok(shell.coffer.job_list())
}

#[tauri::command]
pub async fn job_cancel(shell: State<'_, Shell>, job_id: u32) -> Result<()> {
    shell.coffer.job_cancel(job_id)
}
