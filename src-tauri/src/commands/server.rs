use tauri::{State, WebviewWindow};
use vault_api::views::{
    AccountRequest, DeviceView, FactorCodesView, FactorKind, FactorOfferView, FactorsView, HeadView,
    JoinRequest, LeavingView, LostDeviceRequest, ServerChoice, ServerView, SignInView, SyncView,
};
use vault_api::{Result, SecretText};

use super::id;
use crate::platform::dialog;
use crate::shell::Shell;

#[tauri::command]
pub async fn server_find(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    choice: ServerChoice,
) -> Result<ServerView> {
    shell.expect_server(&window, &choice).await?;
    shell.coffer.server_find(choice).await
}

#[tauri::command]
pub async fn account_create(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    request: AccountRequest,
) -> Result<SyncView> {
    shell.expect_server(&window, &request.server).await?;
    shell.coffer.account_create(request).await
}

#[tauri::command]
pub async fn account_mail_code(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    choice: ServerChoice,
    login: String,
) -> Result<()> {
    shell.expect_server(&window, &choice).await?;
    shell.coffer.account_mail_code(choice, login).await
}

#[tauri::command]
pub async fn account_join(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    request: JoinRequest,
) -> Result<SignInView> {
    shell.expect_server(&window, &request.server).await?;
    let step = shell.coffer.account_join(request).await?;
    if step == SignInView::Done {
        shell.opened();
    }
    Ok(step)
}

#[tauri::command]
pub async fn account_sign_in(shell: State<'_, Shell>, password: String) -> Result<SignInView> {
    shell.coffer.account_sign_in(SecretText::new(password)).await
}

#[tauri::command]
pub async fn account_factor(shell: State<'_, Shell>, kind: FactorKind, code: String) -> Result<SignInView> {
    let step = shell.coffer.account_factor(kind, SecretText::new(code)).await?;
    if step == SignInView::Done {
        shell.opened();
    }
    Ok(step)
}

#[tauri::command]
pub async fn account_cancel(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.account_cancel().await;
    Ok(())
}

#[tauri::command]
pub async fn account_sign_out(shell: State<'_, Shell>) -> Result<SyncView> {
    shell.coffer.account_sign_out().await
}

#[tauri::command]
pub async fn account_leaving(shell: State<'_, Shell>) -> Result<LeavingView> {
    shell.coffer.account_leaving().await
}

#[tauri::command]
pub async fn account_leave(shell: State<'_, Shell>) -> Result<SyncView> {
    shell.coffer.account_leave().await
}

#[tauri::command]
pub async fn account_delete(
    shell: State<'_, Shell>,
    login: String,
    password: String,
    code: Option<String>,
) -> Result<SyncView> {
    shell.coffer.account_delete(login, SecretText::new(password), code.map(SecretText::new)).await
}

#[tauri::command]
pub async fn account_reenrol(shell: State<'_, Shell>, password: String) -> Result<SyncView> {
    shell.coffer.account_reenrol(SecretText::new(password)).await
}

#[tauri::command]
pub async fn account_reenrol_cancel(shell: State<'_, Shell>) -> Result<SyncView> {
    shell.coffer.account_reenrol_cancel().await
}

#[tauri::command]
pub async fn sync_status(shell: State<'_, Shell>) -> Result<SyncView> {
    shell.coffer.sync_status().await
}

#[tauri::command]
pub async fn sync_words(shell: State<'_, Shell>) -> Result<HeadView> {
    shell.coffer.sync_words().await
}

#[tauri::command]
pub async fn sync_compared(shell: State<'_, Shell>, entries: u64) -> Result<SyncView> {
    shell.coffer.sync_compared(entries).await
}

#[tauri::command]
pub async fn sync_evidence(shell: State<'_, Shell>, window: WebviewWindow, vault_id: String) -> Result<bool> {
    let vault = id(&vault_id)?;
    let strings = shell.strings().await?;
    let dialog = dialog::pick_target(&window, strings.save_evidence, strings.evidence_file);
    let saved = dialog::with_path(dialog, |path| shell.coffer.sync_evidence_to(vault, path)).await?;
    Ok(saved.is_some())
}

#[tauri::command]
pub async fn sync_now(shell: State<'_, Shell>) -> Result<SyncView> {
    shell.coffer.sync_now().await
}

#[tauri::command]
pub async fn device_list(shell: State<'_, Shell>) -> Result<Vec<DeviceView>> {
    shell.coffer.device_list().await
}

#[tauri::command]
pub async fn device_revoke(
    shell: State<'_, Shell>,
    device_id: String,
    password: String,
    code: Option<String>,
) -> Result<Vec<DeviceView>> {
    shell.coffer.device_revoke(device_id, SecretText::new(password), code.map(SecretText::new)).await
}

#[tauri::command]
pub async fn device_lost(shell: State<'_, Shell>, request: LostDeviceRequest) -> Result<Vec<DeviceView>> {
    shell.coffer.device_lost(request).await
}

#[tauri::command]
pub async fn factor_status(shell: State<'_, Shell>) -> Result<FactorsView> {
    shell.coffer.factor_status().await
}

#[tauri::command]
pub async fn factor_begin(
    shell: State<'_, Shell>,
    password: String,
    code: Option<String>,
) -> Result<FactorOfferView> {
    shell.coffer.factor_begin(SecretText::new(password), code.map(SecretText::new)).await
}

#[tauri::command]
pub async fn factor_confirm(shell: State<'_, Shell>, code: String) -> Result<FactorCodesView> {
    shell.coffer.factor_confirm(SecretText::new(code)).await
}

#[tauri::command]
pub async fn factor_remove(
    shell: State<'_, Shell>,
    password: String,
    code: Option<String>,
) -> Result<FactorsView> {
    shell.coffer.factor_remove(SecretText::new(password), code.map(SecretText::new)).await
}
