use tauri::{State, WebviewWindow};
use vault_api::views::{
    AppStatus, ArchiveFileView, DeleteRequest, DeletedView, ProfileCopiedView, ProfileCopyChoice,
    ProfileCopyPreview, ProfileCopyRequest, ProfileLocation,
};
use vault_api::{Result, SecretText};

use super::id;
use crate::platform::dialog;
use crate::platform::question::Question;
use crate::shell::Shell;

#[tauri::command]
pub async fn profile_create(shell: State<'_, Shell>, name: String, password: String) -> Result<AppStatus> {
    let status = shell.coffer.profile_create(name, SecretText::new(password)).await?;
    shell.opened();
    Ok(status)
}

#[tauri::command]
pub async fn profile_rename(shell: State<'_, Shell>, profile_id: String, name: String) -> Result<AppStatus> {
    shell.coffer.profile_rename(id(&profile_id)?, name).await
}

#[tauri::command]
pub async fn profile_location(shell: State<'_, Shell>, profile_id: String) -> Result<ProfileLocation> {
    shell.coffer.profile_location(id(&profile_id)?).await
}

#[tauri::command]
pub async fn profile_move(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    profile_id: String,
) -> Result<Option<ProfileLocation>> {
    let id = id(&profile_id)?;
    let dialog = dialog::pick_folder(&window, shell.strings().await?.move_profile);
    dialog::with_path(dialog, |folder| shell.coffer.profile_move(id, folder)).await
}

#[tauri::command]
pub async fn profile_add_existing(
    shell: State<'_, Shell>,
    window: WebviewWindow,
) -> Result<Option<AppStatus>> {
    let dialog = dialog::pick_folder(&window, shell.strings().await?.add_profile);
    dialog::with_path(dialog, |folder| shell.coffer.profile_add_existing(folder)).await
}

#[tauri::command]
pub async fn profile_forget(shell: State<'_, Shell>, profile_id: String) -> Result<AppStatus> {
    shell.coffer.profile_forget(id(&profile_id)?).await
}

#[tauri::command]
pub async fn profile_copy_open(
    shell: State<'_, Shell>,
    request: ProfileCopyRequest,
) -> Result<ProfileCopyPreview> {
    shell.coffer.profile_copy_open(request).await
}

#[tauri::command]
pub async fn archive_pick(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Option<ArchiveFileView>> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_file(&window, strings.choose_archive, strings.archive_files, &["coffer"]);
    dialog::with_path(dialog, |path| shell.coffer.archive_look(path)).await
}

#[tauri::command]
pub async fn archive_open(
    shell: State<'_, Shell>,
    token: String,
    password: String,
) -> Result<ProfileCopyPreview> {
    shell.coffer.archive_open(token, password).await
}

#[tauri::command]
pub async fn profile_copy_commit(
    shell: State<'_, Shell>,
    choice: ProfileCopyChoice,
) -> Result<ProfileCopiedView> {
    shell.coffer.profile_copy_commit(choice).await
}

#[tauri::command]
pub async fn profile_copy_discard(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.profile_copy_discard().await
}

#[tauri::command]
pub async fn profile_delete(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    profile_id: String,
    request: DeleteRequest,
) -> Result<DeletedView> {
    // A page that was taken over knows the name, but not the password.
    if request.password.is_none() {
        let name = request.name.as_deref().unwrap_or_default();
        shell.ask(&window, |strings| Question::delete_profile(strings, name)).await?;
    }
    shell.coffer.profile_delete(id(&profile_id)?, request).await
}
