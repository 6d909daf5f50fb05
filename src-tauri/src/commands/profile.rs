use tauri::{State, WebviewWindow};
use vault_api::views::{AppStatus, DeleteRequest, DeletedView, PlaceView};
use vault_api::{Outcome, SecretText};

use super::id;
use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn profile_create(shell: State<'_, Shell>, name: String, password: String) -> Outcome<AppStatus> {
    let status = shell.coffer.profile_create(name, SecretText::new(password)).await?;
    shell.opened();
    Ok(status)
}

#[tauri::command]
pub async fn profile_rename(shell: State<'_, Shell>, profile_id: String, name: String) -> Outcome<AppStatus> {
    shell.coffer.profile_rename(id(&profile_id)?, name).await
}

#[tauri::command]
pub async fn profile_place(shell: State<'_, Shell>, profile_id: String) -> Outcome<PlaceView> {
    shell.coffer.profile_place(id(&profile_id)?).await
}

#[tauri::command]
pub async fn profile_move(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    profile_id: String,
) -> Outcome<Option<PlaceView>> {
    let id = id(&profile_id)?;
    match dialog::pick_folder(&window, shell.words().await?.move_profile).await {
        Some(folder) => shell.coffer.profile_move(id, folder).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn profile_take_in(shell: State<'_, Shell>, window: WebviewWindow) -> Outcome<Option<AppStatus>> {
    match dialog::pick_folder(&window, shell.words().await?.take_in_profile).await {
        Some(folder) => shell.coffer.profile_take_in(folder).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn profile_forget(shell: State<'_, Shell>, profile_id: String) -> Outcome<AppStatus> {
    shell.coffer.profile_forget(id(&profile_id)?).await
}

#[tauri::command]
pub async fn profile_delete(
    shell: State<'_, Shell>,
    profile_id: String,
    request: DeleteRequest,
) -> Outcome<DeletedView> {
    shell.coffer.profile_delete(id(&profile_id)?, request).await
}
