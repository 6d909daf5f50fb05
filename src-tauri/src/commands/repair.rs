use tauri::State;
use vault_api::views::{ProfileDiagnosis, RestoredView, SalvageReport, SalvagedView};
use vault_api::{Result, SecretText};

use super::id;
use crate::shell::Shell;

#[tauri::command]
pub async fn repair_inspect(shell: State<'_, Shell>, profile_id: String) -> Result<ProfileDiagnosis> {
    shell.coffer.repair_inspect(id(&profile_id)?).await
}

#[tauri::command]
pub async fn repair_examine(
    shell: State<'_, Shell>,
    profile_id: String,
    password: String,
    secret_key: Option<String>,
) -> Result<SalvageReport> {
    let (password, secret_key) = (SecretText::new(password), secret_key.map(SecretText::new));
    shell.coffer.repair_examine(id(&profile_id)?, password, secret_key).await
}

#[tauri::command]
pub async fn repair_restore(
    shell: State<'_, Shell>,
    profile_id: String,
    backup: usize,
    password: String,
    secret_key: Option<String>,
) -> Result<RestoredView> {
    let (password, secret_key) = (SecretText::new(password), secret_key.map(SecretText::new));
    let restored = shell.coffer.repair_restore(id(&profile_id)?, backup, password, secret_key).await?;
    shell.opened();
    Ok(restored)
}

#[tauri::command]
pub async fn repair_salvage(
    shell: State<'_, Shell>,
    profile_id: String,
    name: String,
    password: String,
    secret_key: Option<String>,
) -> Result<SalvagedView> {
    let (password, secret_key) = (SecretText::new(password), secret_key.map(SecretText::new));
    let salvaged = shell.coffer.repair_salvage(id(&profile_id)?, name, password, secret_key).await?;
    shell.opened();
    Ok(salvaged)
}
