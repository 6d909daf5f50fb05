use tauri::{State, WebviewWindow};
use vault_api::views::{
    ChangeRequest, CopyReceipt, InvitationLinkView, InviteRequest, JoiningView, MembersView, OfferView,
    VaultView,
};
use vault_api::{Coffer, Result, SecretText};

use super::id;
use crate::platform::question::Question;
use crate::shell::Shell;

#[tauri::command]
pub async fn members_get(shell: State<'_, Shell>, vault_id: String) -> Result<MembersView> {
    shell.coffer.members_get(id(&vault_id)?).await
}

#[tauri::command]
pub async fn member_change(shell: State<'_, Shell>, request: ChangeRequest) -> Result<MembersView> {
    shell.coffer.member_change(request).await
}

#[tauri::command]
pub async fn member_change_withdraw(
    shell: State<'_, Shell>,
    vault_id: String,
    change: i32,
) -> Result<MembersView> {
    shell.coffer.member_change_withdraw(id(&vault_id)?, change).await
}

#[tauri::command]
pub async fn member_invite(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    request: InviteRequest,
) -> Result<InvitationLinkView> {
    // A web view that was taken over could invite its master.
    let name = shell.coffer.vault_name(id(&request.vault)?).await?;
    shell.ask(&window, |strings| Question::invite(strings, &name)).await?;
    shell.coffer.member_invite(request).await
}

#[tauri::command]
pub async fn invitation_link(
    shell: State<'_, Shell>,
    vault_id: String,
    invitation: String,
) -> Result<InvitationLinkView> {
    shell.coffer.invitation_link(id(&vault_id)?, invitation).await
}

#[tauri::command]
pub async fn invitation_copy(shell: State<'_, Shell>, link: String) -> Result<CopyReceipt> {
    shell.copy_secret(&Coffer::invitation(SecretText::new(link))?).await
}

#[tauri::command]
pub async fn answer_decide(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    vault_id: String,
    account: String,
    accept: bool,
) -> Result<MembersView> {
    let vault = id(&vault_id)?;
    if accept {
        let name = shell.coffer.vault_name(vault).await?;
        shell.ask(&window, |strings| Question::let_in(strings, &name)).await?;
    }
    shell.coffer.answer_decide(vault, account, accept).await
}

#[tauri::command]
pub async fn member_verify(
    shell: State<'_, Shell>,
    vault_id: String,
    account: String,
    certificate: String,
) -> Result<MembersView> {
    shell.coffer.member_verify(id(&vault_id)?, account, certificate).await
}

#[tauri::command]
pub async fn member_name_set(shell: State<'_, Shell>, vault_id: String, name: String) -> Result<MembersView> {
    shell.coffer.member_name_set(id(&vault_id)?, name).await
}

#[tauri::command]
pub async fn invitation_read(shell: State<'_, Shell>, text: Option<String>) -> Result<OfferView> {
    shell.coffer.invitation_read(text.map(SecretText::new)).await
}

#[tauri::command]
pub async fn invitation_accept(
    shell: State<'_, Shell>,
    token: String,
    name: String,
) -> Result<Vec<JoiningView>> {
    shell.coffer.invitation_accept(token, name).await
}

#[tauri::command]
pub async fn joining_list(shell: State<'_, Shell>) -> Result<Vec<JoiningView>> {
    shell.coffer.joining_list().await
}

#[tauri::command]
pub async fn joining_withdraw(shell: State<'_, Shell>, vault_id: String) -> Result<Vec<JoiningView>> {
    shell.coffer.joining_withdraw(id(&vault_id)?).await
}

#[tauri::command]
pub async fn vault_forget(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    vault_id: String,
) -> Result<Vec<VaultView>> {
    let vault = id(&vault_id)?;
    let name = shell.coffer.vault_name(vault).await?;
    shell.ask(&window, |strings| Question::forget_vault(strings, &name)).await?;
    shell.coffer.vault_forget(vault).await
}
