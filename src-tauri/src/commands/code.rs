use tauri::{State, WebviewWindow};
use vault_api::views::{ChangedView, CodeTransferView, FoundCode, FoundCodes, QrView};
use vault_api::{ErrorCode, Result, SecretText, codes_in_text};

use super::{id, ids};
use crate::platform::dialog;
use crate::shell::Shell;

/// Extensions of the files that can be read.
const EXTENSIONS: &[&str] =
    &["png", "jpg", "jpeg", "webp", "gif", "txt", "PNG", "JPG", "JPEG", "WEBP", "GIF", "TXT"];

#[tauri::command]
pub async fn code_pick(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Option<FoundCodes>> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_file(&window, strings.choose_picture, strings.picture_files, EXTENSIONS);
    dialog::with_path(dialog, |path| shell.coffer.codes_in_file(path)).await
}

#[tauri::command]
pub async fn code_read(text: String) -> Result<FoundCodes> {
    codes_in_text(&SecretText::new(text))
}

#[tauri::command]
pub async fn code_paste(shell: State<'_, Shell>) -> Result<FoundCodes> {
    if let Ok(picture) = shell.clipboard.picture().await {
        return shell.coffer.codes_in_pixels(picture.width, picture.height, picture.pixels).await;
    }
    let text = shell.clipboard.text().await.map_err(|_| ErrorCode::PictureUnreadable)?;
    codes_in_text(&SecretText::from(text.as_str()))
}

#[tauri::command]
pub async fn code_dropped(shell: State<'_, Shell>) -> Result<FoundCodes> {
    shell.coffer.code_dropped().await
}

#[tauri::command]
pub async fn code_dropped_keep(shell: State<'_, Shell>) -> Result<Vec<u32>> {
    shell.coffer.code_dropped_keep().await
}

#[tauri::command]
pub async fn code_add(shell: State<'_, Shell>, codes: Vec<FoundCode>) -> Result<ChangedView> {
    shell.coffer.code_add(codes).await
}

#[tauri::command]
pub async fn code_share(shell: State<'_, Shell>, item_id: String, field_id: String) -> Result<QrView> {
    shell.coffer.code_share(id(&item_id)?, id(&field_id)?).await
}

#[tauri::command]
pub async fn code_transfer(shell: State<'_, Shell>, item_ids: Vec<String>) -> Result<CodeTransferView> {
    shell.coffer.code_transfer(ids(&item_ids)?).await
}

#[tauri::command]
pub async fn code_export(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_ids: Vec<String>,
) -> Result<Option<u32>> {
    let item_ids = ids(&item_ids)?;
    // Checked before the dialog, so that nobody is refused after choosing a file.
    shell.coffer.expect_confirmed().await?;
    let strings = shell.strings().await?;
    let dialog = dialog::pick_target(&window, strings.save_codes, strings.codes_file);
    dialog::with_path(dialog, |path| shell.coffer.code_export(item_ids, path)).await
}
