use tauri::{State, WebviewWindow};
use vault_api::views::{GroupRequest, PolicyView, TeamStateRequest, TeamVaultRequest, TeamView};
use vault_api::{Result, SecretText};

use super::id;
use crate::platform::question::Question;
use crate::shell::Shell;

#[tauri::command]
pub async fn team_list(shell: State<'_, Shell>) -> Result<Vec<TeamView>> {
    shell.coffer.team_list().await
}

#[tauri::command]
pub async fn team_create(shell: State<'_, Shell>, name: String, own_name: String) -> Result<Vec<TeamView>> {
    shell.coffer.team_create(name, own_name).await
}

#[tauri::command]
pub async fn team_group_put(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    request: GroupRequest,
) -> Result<Vec<TeamView>> {
    // A web view that was taken over could let an accomplice into the vaults of a group.
    if shell.coffer.team_group_grows(request.clone()).await? {
        shell.ask(&window, |strings| Question::add_to_group(strings, request.name.trim())).await?;
    }
    shell.coffer.team_group_put(request).await
}

#[tauri::command]
pub async fn team_group_delete(
    shell: State<'_, Shell>,
    team_id: String,
    group: String,
) -> Result<Vec<TeamView>> {
    shell.coffer.team_group_delete(id(&team_id)?, group).await
}

#[tauri::command]
pub async fn team_vault_put(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    request: TeamVaultRequest,
) -> Result<Vec<TeamView>> {
    let name = shell.coffer.team_vault_name(id(&request.team)?, id(&request.vault)?).await?;
    shell.ask(&window, |strings| Question::give_to_team(strings, &name)).await?;
    shell.coffer.team_vault_put(request).await
}

#[tauri::command]
pub async fn team_vault_remove(
    shell: State<'_, Shell>,
    team_id: String,
    vault_id: String,
) -> Result<Vec<TeamView>> {
    shell.coffer.team_vault_remove(id(&team_id)?, id(&vault_id)?).await
}

#[tauri::command]
pub async fn team_leave(shell: State<'_, Shell>, vault_id: String) -> Result<Vec<TeamView>> {
    shell.coffer.team_leave(id(&vault_id)?).await
}

#[tauri::command]
pub async fn team_member_set(shell: State<'_, Shell>, request: TeamStateRequest) -> Result<Vec<TeamView>> {
    shell.coffer.team_member_set(request).await
}

#[tauri::command]
pub async fn team_policy_set(
    shell: State<'_, Shell>,
    team_id: String,
    policy: PolicyView,
) -> Result<Vec<TeamView>> {
    shell.coffer.team_policy_set(id(&team_id)?, policy).await
}

#[tauri::command]
pub async fn team_factor_require(
    shell: State<'_, Shell>,
    team_id: String,
    password: String,
) -> Result<Vec<TeamView>> {
    shell.coffer.team_factor_require(id(&team_id)?, SecretText::new(password)).await
}

#[tauri::command]
pub async fn policy_get(shell: State<'_, Shell>) -> Result<PolicyView> {
    shell.coffer.policy_get().await
}
