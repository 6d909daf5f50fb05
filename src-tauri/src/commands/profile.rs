use tauri::State;
use vault_api::views::AppStatus;
use vault_api::{Outcome, SecretText};

use super::id;
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
