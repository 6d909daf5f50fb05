use tauri::{State, WebviewWindow};
use vault_api::views::{ChangedView, CodeTransferView, ErrorCode, FoundCode, QrView};
use vault_api::{Outcome, SecretText, codes_in_text};

use super::{id, ids};
use crate::platform::dialog;
use crate::shell::Shell;

/// Endings of the files that can be read.
const ENDINGS: &[&str] = &["png", "jpg", "jpeg", "txt", "PNG", "JPG", "JPEG", "TXT"];

#[tauri::command]
pub async fn code_pick(shell: State<'_, Shell>, window: WebviewWindow) -> Outcome<Option<Vec<FoundCode>>> {
    let words = shell.words().await?;
    match dialog::pick_file(&window, words.choose_picture, words.picture_files, ENDINGS).await {
        Some(path) => shell.coffer.codes_in_file(path).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn code_read(text: String) -> Outcome<Vec<FoundCode>> {
    codes_in_text(&SecretText::new(text))
}

#[tauri::command]
pub async fn code_paste(shell: State<'_, Shell>) -> Outcome<Vec<FoundCode>> {
    if let Ok(picture) = shell.clipboard.picture().await {
        return shell.coffer.codes_in_pixels(picture.width, picture.height, picture.pixels).await;
    }
    let text = shell.clipboard.text().await.map_err(|_| ErrorCode::PictureUnreadable)?;
    codes_in_text(&SecretText::from(text.as_str()))
}

#[tauri::command]
pub async fn code_dropped(shell: State<'_, Shell>) -> Outcome<Vec<FoundCode>> {
    shell.coffer.code_dropped().await
}

#[tauri::command]
pub async fn code_dropped_keep(shell: State<'_, Shell>) -> Outcome<Vec<u32>> {
    shell.coffer.code_dropped_keep().await
}

#[tauri::command]
pub async fn code_add(shell: State<'_, Shell>, codes: Vec<FoundCode>) -> Outcome<ChangedView> {
    shell.coffer.code_add(codes).await
}

#[tauri::command]
pub async fn code_share(shell: State<'_, Shell>, item_id: String, field_id: String) -> Outcome<QrView> {
    shell.coffer.code_share(id(&item_id)?, id(&field_id)?).await
}

#[tauri::command]
pub async fn code_transfer(shell: State<'_, Shell>, item_ids: Vec<String>) -> Outcome<CodeTransferView> {
    shell.coffer.code_transfer(ids(&item_ids)?).await
}

#[tauri::command]
pub async fn code_export(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    item_ids: Vec<String>,
) -> Outcome<Option<u32>> {
    let item_ids = ids(&item_ids)?;
    // Asked before the dialog: whoever has chosen a place should not be refused after that.
    shell.coffer.expect_confirmed().await?;
    let words = shell.words().await?;
    match dialog::pick_target(&window, words.save_codes, words.codes_file).await {
        Some(path) => shell.coffer.code_export(item_ids, path).await.map(Some),
        None => Ok(None),
    }
}
