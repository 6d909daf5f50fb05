use tauri::State;
use vault_api::views::{ConsentView, CopyReceipt, GuardiansRequest, RecoveryRequestView, TeamRecoveryView};
use vault_api::{Coffer, Result, SecretText};

use super::id;
use crate::shell::Shell;

#[tauri::command]
pub async fn team_recovery(shell: State<'_, Shell>, team_id: String) -> Result<TeamRecoveryView> {
    shell.coffer.team_recovery(id(&team_id)?).await
}

#[tauri::command]
pub async fn guardians_set(shell: State<'_, Shell>, request: GuardiansRequest) -> Result<TeamRecoveryView> {
    shell.coffer.guardians_set(request).await
}

#[tauri::command]
pub async fn recovery_consent(
    shell: State<'_, Shell>,
    team_id: String,
    password: String,
) -> Result<ConsentView> {
    shell.coffer.recovery_consent(id(&team_id)?, SecretText::new(password)).await
}

#[tauri::command]
pub async fn recovery_withdraw(
    shell: State<'_, Shell>,
    team_id: String,
    password: String,
) -> Result<ConsentView> {
    shell.coffer.recovery_withdraw(id(&team_id)?, SecretText::new(password)).await
}

#[tauri::command]
pub async fn recovery_card_add(
    shell: State<'_, Shell>,
    team_id: String,
    text: String,
) -> Result<TeamRecoveryView> {
    shell.coffer.recovery_card_add(id(&team_id)?, text).await
}

#[tauri::command]
pub async fn recovery_offer(shell: State<'_, Shell>, team_id: String, account: String) -> Result<String> {
    shell.coffer.recovery_offer(id(&team_id)?, account).await
}

#[tauri::command]
pub async fn recovery_request_read(shell: State<'_, Shell>, text: String) -> Result<RecoveryRequestView> {
    shell.coffer.recovery_request_read(text).await
}

#[tauri::command]
pub async fn recovery_release(
    shell: State<'_, Shell>,
    text: String,
    words: String,
    password: String,
) -> Result<String> {
    shell.coffer.recovery_release(text, words, SecretText::new(password)).await
}

#[tauri::command]
pub async fn recovery_text_copy(shell: State<'_, Shell>, text: String) -> Result<CopyReceipt> {
    shell.copy_secret(&Coffer::recovery_text(text)?).await
}
