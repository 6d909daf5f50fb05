use tauri::{State, WebviewWindow};
use vault_api::views::{
    AccountRequest, ApprovalStatusView, ApprovalView, DeviceOfferStatus, DeviceOfferView, DeviceView,
    FactorCodesView, FactorKind, FactorOfferView, FactorsView, HeadView, JoinCodeView, JoinRequest,
    KeyChoice, LeavingView, LoginView, LostDeviceRequest, NetworkChoice, NetworkView, OtherKeyView,
    PickedAuthorityView, ServerChoice, ServerView, SignInView, SyncView, UploadView, VaultDocumentsView,
};
use vault_api::{Coffer, ErrorCode, Result, SecretText, join_code_in_text};

use super::id;
use crate::platform::dialog;
use crate::shell::Shell;

/// Extensions of the pictures that can be read.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "webp", "gif", "PNG", "JPG", "JPEG", "WEBP", "GIF"];

/// Extensions of files of authorities.
const CERTIFICATES: &[&str] = &["pem", "crt", "cer", "PEM", "CRT", "CER"];

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
pub async fn join_code_pick(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Option<JoinCodeView>> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_file(&window, strings.choose_code, strings.pictures, PICTURES);
    dialog::with_path(dialog, |path| shell.coffer.join_code_in_file(path)).await
}

#[tauri::command]
pub async fn join_code_paste(shell: State<'_, Shell>) -> Result<JoinCodeView> {
    if let Ok(picture) = shell.clipboard.picture().await {
        return shell.coffer.join_code_in_pixels(picture.width, picture.height, picture.pixels).await;
    }
    let text = shell.clipboard.text().await.map_err(|_| ErrorCode::JoinCodeInvalid)?;
    join_code_in_text(&SecretText::from(text.as_str()))
}

#[tauri::command]
pub async fn join_code_read(text: String) -> Result<JoinCodeView> {
    join_code_in_text(&SecretText::new(text))
}

#[tauri::command]
pub async fn approval_begin(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    code: String,
    network: Option<NetworkChoice>,
) -> Result<ApprovalView> {
    let code = SecretText::new(code);
    shell.expect_address(&window, Coffer::approval_address(&code)?).await?;
    shell.expect_proxy(&window, network.as_ref()).await?;
    shell.coffer.approval_begin(code, network).await
}

#[tauri::command]
pub async fn approval_status(shell: State<'_, Shell>) -> Result<ApprovalStatusView> {
    shell.coffer.approval_status().await
}

#[tauri::command]
pub async fn approval_join(shell: State<'_, Shell>, password: String, name: String) -> Result<SignInView> {
    let step = shell.coffer.approval_join(SecretText::new(password), name).await?;
    if step == SignInView::Done {
        shell.opened();
    }
    Ok(step)
}

#[tauri::command]
pub async fn approval_cancel(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.approval_cancel().await;
    Ok(())
}

#[tauri::command]
pub async fn device_offer(shell: State<'_, Shell>) -> Result<DeviceOfferView> {
    shell.coffer.device_offer().await
}

#[tauri::command]
pub async fn device_offer_status(shell: State<'_, Shell>) -> Result<DeviceOfferStatus> {
    shell.coffer.device_offer_status().await
}

#[tauri::command]
pub async fn device_offer_approve(shell: State<'_, Shell>, device_id: String) -> Result<()> {
    shell.coffer.device_offer_approve(device_id).await
}

#[tauri::command]
pub async fn device_offer_cancel(shell: State<'_, Shell>) -> Result<()> {
    shell.coffer.device_offer_cancel().await;
    Ok(())
}

#[tauri::command]
pub async fn account_sign_in(
    shell: State<'_, Shell>,
    password: String,
    secret_key: Option<String>,
) -> Result<SignInView> {
    shell.coffer.account_sign_in(SecretText::new(password), secret_key.map(SecretText::new)).await
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
pub async fn account_move(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    request: AccountRequest,
) -> Result<SignInView> {
    shell.expect_server(&window, &request.server).await?;
    shell.coffer.account_move(request).await
}

#[tauri::command]
pub async fn account_move_back(shell: State<'_, Shell>, password: String) -> Result<SyncView> {
    shell.coffer.account_move_back(SecretText::new(password)).await
}

#[tauri::command]
pub async fn account_move_keep(shell: State<'_, Shell>) -> Result<SyncView> {
    shell.coffer.account_move_keep().await
}

#[tauri::command]
pub async fn account_move_delete(
    shell: State<'_, Shell>,
    login: String,
    password: String,
    code: Option<String>,
) -> Result<SyncView> {
    shell.coffer.account_move_delete(login, SecretText::new(password), code.map(SecretText::new)).await
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
pub async fn network_get(shell: State<'_, Shell>) -> Result<NetworkView> {
    shell.coffer.network_get().await
}

#[tauri::command]
pub async fn network_set(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    choice: NetworkChoice,
) -> Result<NetworkView> {
    shell.expect_proxy(&window, Some(&choice)).await?;
    shell.coffer.network_set(choice).await
}

#[tauri::command]
pub async fn authority_pick(
    shell: State<'_, Shell>,
    window: WebviewWindow,
) -> Result<Option<PickedAuthorityView>> {
    let strings = shell.strings().await?;
    let dialog = dialog::pick_file(&window, strings.choose_authority, strings.certificates, CERTIFICATES);
    dialog::with_path(dialog, |path| shell.coffer.authority_in_file(path)).await
}

#[tauri::command]
pub async fn offline_list(shell: State<'_, Shell>) -> Result<Vec<VaultDocumentsView>> {
    shell.coffer.offline_list().await
}

#[tauri::command]
pub async fn offline_set(
    shell: State<'_, Shell>,
    vault_id: String,
    kept: bool,
) -> Result<Vec<VaultDocumentsView>> {
    shell.coffer.offline_set(id(&vault_id)?, kept).await
}

#[tauri::command]
pub async fn offline_remove(shell: State<'_, Shell>, vault_id: String) -> Result<Vec<VaultDocumentsView>> {
    shell.coffer.offline_remove(id(&vault_id)?).await
}

#[tauri::command]
pub async fn upload_preview(shell: State<'_, Shell>) -> Result<UploadView> {
    shell.coffer.upload_preview().await
}

#[tauri::command]
pub async fn upload_begin(shell: State<'_, Shell>) -> Result<SyncView> {
    shell.coffer.upload_begin().await
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
pub async fn sync_key_choose(
    shell: State<'_, Shell>,
    seen: OtherKeyView,
    choice: KeyChoice,
) -> Result<SyncView> {
    shell.coffer.sync_key_choose(seen, choice).await
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
pub async fn history_choose(shell: State<'_, Shell>, vault_id: String, password: String) -> Result<SyncView> {
    shell.coffer.history_choose(id(&vault_id)?, SecretText::new(password)).await
}

#[tauri::command]
pub async fn sync_now(shell: State<'_, Shell>) -> Result<SyncView> {
    shell.coffer.sync_now().await
}

#[tauri::command]
pub async fn login_list(shell: State<'_, Shell>) -> Result<Vec<LoginView>> {
    shell.coffer.login_list().await
}

#[tauri::command]
pub async fn login_end(shell: State<'_, Shell>, login_id: Option<String>) -> Result<Vec<LoginView>> {
    shell.coffer.login_end(login_id).await
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
